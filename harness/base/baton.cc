#include "harness/base/baton.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lockstep::base {
namespace {

// Any other value is none of ours: whoever wrote it is taken to have given the baton, so that nobody spins on it.
constexpr std::uint32_t kNothing = 0;
constexpr std::uint32_t kGiven = 1;
constexpr std::uint32_t kAsleep = 2;

bool try_take(BatonWord& word) {
  std::uint32_t expected = kGiven;
  while (!word.compare_exchange_weak(expected, kNothing, std::memory_order_acquire)) {
    if (expected == kNothing || expected == kAsleep) {
      return false;
    }
  }
  return true;
}

// False if the time is up or a signal came, and the baton did not.
bool wait(BatonWord& word, const timespec* timeout) {
  for (;;) {
    if (take_or_sleep(word)) {
      return true;
    }
    const long result = syscall(SYS_futex, &word, FUTEX_WAIT, kAsleep, timeout, nullptr, 0);
    if (result != 0 && (errno == ETIMEDOUT || errno == EINTR)) {
      return try_take(word);
    }
  }
}

}  // namespace

void give(BatonWord& word) {
  if (word.exchange(kGiven, std::memory_order_acq_rel) == kAsleep) {
    syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
}

bool is_given(const BatonWord& word) { return word.load(std::memory_order_acquire) == kGiven; }

void take(BatonWord& word) {
  while (!wait(word, nullptr)) {
  }
}

bool take(BatonWord& word, std::int64_t timeout_ns) {
  // The kernel refuses a negative time, with which the wait would never end.
  const std::int64_t left_ns = std::max<std::int64_t>(timeout_ns, 0);
  const timespec timeout{left_ns / 1000000000, static_cast<long>(left_ns % 1000000000)};
  return wait(word, &timeout);
}

bool take_or_sleep(BatonWord& word) {
  while (!try_take(word)) {
    std::uint32_t expected = kNothing;
    word.compare_exchange_strong(expected, kAsleep, std::memory_order_acq_rel);
    if (word.load(std::memory_order_acquire) == kAsleep) {
      return false;
    }
  }
  return true;
}

bool wake_up(BatonWord& word) {
  std::uint32_t expected = kAsleep;
  return word.compare_exchange_strong(expected, kNothing, std::memory_order_acq_rel);
}

void take_or_die(BatonWord& word, pid_t guardian) {
  while (!take(word, 1000000000)) {
    if (kill(guardian, 0) != 0 && errno == ESRCH) {
      _exit(1);
    }
  }
}

}  // namespace lockstep::base
