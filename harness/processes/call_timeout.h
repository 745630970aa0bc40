#pragma once

#include <cstdint>

#include <sys/types.h>

#include "harness/model/script.h"

namespace lockstep::processes {

constexpr std::int64_t kNoTimeout = INT64_MAX;

// How long an acquire() may wait, in nanoseconds, by its arguments: 0 if it is negative, kNoTimeout if there is none or
// it is no number or beyond what fits.
[[nodiscard]] std::int64_t timeout_of(const model::Call& call);

// Time that the thread has spent on a processor or in wait for one, and not asleep (schedstat of proc(5)); 0 if it is
// gone. Unlike its processor time alone, it is the same on a machine that others keep busy.
[[nodiscard]] std::int64_t busy_time_ns(pid_t pid, pid_t tid);

}  // namespace lockstep::processes
