#include <cerrno>

#include "impl/platform/hooks.h"

// Time stands still, every wait ends at its deadline, and nobody sleeps.
extern "C" __attribute__((visibility("default"))) int lockstep_futex_wait(const std::uint32_t* /*word*/,
                                                                          std::uint32_t /*expected*/,
                                                                          std::int64_t /*deadline_ns*/) {
  return ETIMEDOUT;
}

extern "C" __attribute__((visibility("default"))) int lockstep_futex_wake(std::uint32_t* /*word*/, int /*count*/) {
  return 0;
}

extern "C" __attribute__((visibility("default"))) std::int64_t lockstep_monotonic_ns() { return 0; }
