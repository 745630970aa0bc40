#pragma once

#include <cstdint>

#include <sys/types.h>

#include "harness/model/script.h"

namespace lockstep::processes {

constexpr std::int64_t kNoTimeout = INT64_MAX;

// How long an acquire() may wait, in nanoseconds, by its arguments: 0 if it is negative, kNoTimeout if there is none or
// it is no number or beyond what fits.
[[nodiscard]] std::int64_t timeout_of(const model::Call& call);

// Time that the thread has spent on a processor; 0 if it is gone.
[[nodiscard]] std::int64_t cpu_time_ns(pid_t pid, pid_t tid);

}  // namespace lockstep::processes
