#include "impl/platform/hooks.h"

#include <linux/futex.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "impl/platform/deadline.h"
#include "impl/platform/pause.h"

// These stand in a translation unit of their own, visible and not inlined, so that every call goes through the PLT,
// where a preloaded library is found first.
#define LOCKSTEP_HOOK extern "C" __attribute__((visibility("default"), noinline))

namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

// By default the kernel may end a timed wait 50 us late, to save wake-ups. That is most of a short timeout, so it is
// asked for 1 ns while we wait.
class PreciseTimer {
 public:
  PreciseTimer() : slack_ns_(prctl(PR_GET_TIMERSLACK)) { prctl(PR_SET_TIMERSLACK, 1UL); }
  ~PreciseTimer() { prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(slack_ns_)); }
  PreciseTimer(const PreciseTimer&) = delete;
  PreciseTimer& operator=(const PreciseTimer&) = delete;

 private:
  int slack_ns_;
};

// Never FUTEX_PRIVATE: the word is shared by processes that map it at different addresses.
int futex_wait(const std::uint32_t* word, std::uint32_t expected, const timespec* deadline) {
  const long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET, expected, deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
  if (result == 0 || errno == EAGAIN) {
    return 0;
  }
  if (errno != ETIMEDOUT && errno != EINTR) {
    std::abort();  // futex(2) leaves only errors of ours: a bad address, an unaligned word, a bad time.
  }
  return errno;
}

std::int64_t real_now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

// However precise the timer, a thread that has slept runs again only some time after it was due, in a virtual machine
// 30 to 80 us. So the kernel is asked to end the wait a little early, and what is left of it is spent looking at the
// word: at most a 32nd of the wait, and 32 us. What a slower wake-up takes beyond that remains.
std::int64_t lead_ns(std::int64_t deadline_ns) {
  constexpr std::int64_t kShare = 32;
  constexpr std::int64_t kMaxNs = 32'000;
  return std::clamp((deadline_ns - real_now_ns()) / kShare, std::int64_t{0}, kMaxNs);
}

// The last part of a wait. As the whole: 0 if the word has another value, else ETIMEDOUT.
int watch(const std::uint32_t* word, std::uint32_t expected, std::int64_t deadline_ns) {
  // Relaxed: the caller looks again. atomic_ref takes no const object, though this only reads it.
  const std::atomic_ref<std::uint32_t> value(*const_cast<std::uint32_t*>(word));
  while (value.load(std::memory_order_relaxed) == expected) {
    if (real_now_ns() >= deadline_ns) {
      return ETIMEDOUT;
    }
    lockstep::impl::pause_processor();
  }
  return 0;
}

}  // namespace

LOCKSTEP_HOOK int lockstep_futex_wait(const std::uint32_t* word, std::uint32_t expected, std::int64_t deadline_ns) {
  if (deadline_ns == lockstep::impl::kNoDeadline) {
    return futex_wait(word, expected, nullptr);
  }
  const std::int64_t end_ns = deadline_ns - lead_ns(deadline_ns);
  const timespec end{static_cast<time_t>(end_ns / kNsPerSecond), static_cast<long>(end_ns % kNsPerSecond)};
  const PreciseTimer precise;
  const int result = futex_wait(word, expected, &end);
  return result == ETIMEDOUT ? watch(word, expected, deadline_ns) : result;
}

LOCKSTEP_HOOK int lockstep_futex_wake(std::uint32_t* word, int count) {
  const long woken = syscall(SYS_futex, word, FUTEX_WAKE, count, nullptr, nullptr, 0);
  return woken > 0 ? static_cast<int>(woken) : 0;
}

LOCKSTEP_HOOK std::int64_t lockstep_monotonic_ns() { return real_now_ns(); }
