#pragma once

#include <cstdint>
#include <ctime>

#include "harness/cell/layout.h"

// How sem_timedwait() of glibc 2.36 (nptl/sem_timedwait.c) reads its deadline.
namespace lockstep::shim {

// It looks at tv_nsec first; a time before 1970 has passed.
[[nodiscard]] inline bool valid(const timespec& time) { return time.tv_nsec >= 0 && time.tv_nsec < 1000000000; }

[[nodiscard]] inline std::int64_t to_ns(const timespec& time) {
  std::int64_t seconds_ns = 0;
  std::int64_t sum_ns = 0;
  if (time.tv_sec < 0) {
    return 0;
  }
  const bool overflow = __builtin_mul_overflow(time.tv_sec, std::int64_t{1000000000}, &seconds_ns) ||
                        __builtin_add_overflow(seconds_ns, time.tv_nsec, &sum_ns);
  return overflow ? cell::kNever : sum_ns;
}

}  // namespace lockstep::shim
