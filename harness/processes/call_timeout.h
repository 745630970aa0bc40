#pragma once

#include <cstdint>

#include <sys/types.h>

#include "harness/model/script.h"

namespace lockstep::processes {

constexpr std::int64_t kNoTimeout = INT64_MAX;

// How long an acquire() may wait, in nanoseconds, by its arguments: 0 if it is negative, kNoTimeout if there is none or
// it is no number or beyond what fits.
[[nodiscard]] std::int64_t timeout_of(const model::Call& call);

// What a thread has done since it began: proc(5), schedstat and status.
struct Work {
  std::int64_t on_cpu_ns = 0;
  std::int64_t in_queue_ns = 0;  // in wait for a processor, up to when it last got one
  std::int64_t sleeps = 0;       // how often it gave its processor up to wait for something else
};

// All zero if it is gone.
[[nodiscard]] Work work_of(pid_t pid, pid_t tid);

}  // namespace lockstep::processes
