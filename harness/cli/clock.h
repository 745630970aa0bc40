#pragma once

#include <ctime>

namespace lockstep::cli {

// Seconds on a clock that nobody sets.
[[nodiscard]] inline double monotonic_s() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace lockstep::cli
