#include "impl/platform/hooks.h"

#include <linux/futex.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "impl/platform/deadline.h"

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

}  // namespace

LOCKSTEP_HOOK int lockstep_futex_wait(const std::uint32_t* word, std::uint32_t expected, std::int64_t deadline_ns) {
  if (deadline_ns == lockstep::impl::kNoDeadline) {
    return futex_wait(word, expected, nullptr);
  }
  const timespec deadline{static_cast<time_t>(deadline_ns / kNsPerSecond),
                          static_cast<long>(deadline_ns % kNsPerSecond)};
  const PreciseTimer precise;
  return futex_wait(word, expected, &deadline);
}

LOCKSTEP_HOOK int lockstep_futex_wake(std::uint32_t* word, int count) {
  const long woken = syscall(SYS_futex, word, FUTEX_WAKE, count, nullptr, nullptr, 0);
  return woken > 0 ? static_cast<int>(woken) : 0;
}

LOCKSTEP_HOOK std::int64_t lockstep_monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kNsPerSecond + now.tv_nsec;
}
