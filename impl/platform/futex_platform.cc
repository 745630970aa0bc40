#include "impl/platform/futex_platform.h"

#include <sched.h>

#include <cerrno>

#include "impl/platform/hooks.h"

namespace lockstep::impl {
namespace {

constexpr std::uint32_t kCpuMask = 1023;

// An atomic word is a plain one to the kernel and to the hooks; FutexPlatform checks its size.
const std::uint32_t* plain(const FutexPlatform::Word& word) { return reinterpret_cast<const std::uint32_t*>(&word); }
std::uint32_t* plain(FutexPlatform::Word& word) { return reinterpret_cast<std::uint32_t*>(&word); }

}  // namespace

Wake FutexPlatform::wait(const Word& word, std::uint32_t expected, std::int64_t deadline_ns) const {
  switch (lockstep_futex_wait(plain(word), expected, deadline_ns)) {
    case ETIMEDOUT:
      return Wake::kTimedOut;
    case EINTR:
      return Wake::kInterrupted;
    default:
      return Wake::kNotified;
  }
}

int FutexPlatform::wake(Word& word, int count) const { return lockstep_futex_wake(plain(word), count); }

std::int64_t FutexPlatform::now_ns() const { return lockstep_monotonic_ns(); }

std::uint32_t FutexPlatform::here() const {
  return thread_state().process_tag | (static_cast<std::uint32_t>(sched_getcpu()) & kCpuMask);
}

bool FutexPlatform::beside_me(std::uint32_t there) const {
  const std::uint32_t mine = here();
  return there != 0 && (there & ~kCpuMask) != (mine & ~kCpuMask) && (there & kCpuMask) == (mine & kCpuMask);
}

}  // namespace lockstep::impl
