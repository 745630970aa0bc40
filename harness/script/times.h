#pragma once

#include <cstdint>
#include <string>

#include "harness/base/random.h"
#include "harness/model/script.h"

namespace lockstep::script {

inline constexpr std::int64_t kMillisecond = 1000000;

// Whole microseconds in seconds: 0.25, 3600, 0.0005. REQUIRES: nanoseconds >= 0, a multiple of 1000.
[[nodiscard]] model::Seconds spell_seconds(std::int64_t nanoseconds);

// A timeout, or a pause that nobody waits for: 1 ms to 3600 s, of a round length mostly; 1 to 20 ms in real time.
[[nodiscard]] model::Seconds pick_time(base::Random& random, bool real_time);

// A pause while the earliest deadline is `deadline` nanoseconds away: it ends at it, beyond it, or before it. In real
// time never at it, which no machine could keep.
[[nodiscard]] model::Seconds pick_pause(base::Random& random, bool real_time, std::int64_t deadline);

// A timeout at the edge of what a lock is said to take.
struct EdgeTimeout {
  const char* spelling;
  std::int64_t nanoseconds;  // that a call would wait, roughly; -1 for ever; 0 not at all, or an error
};
[[nodiscard]] const EdgeTimeout& pick_edge(base::Random& random, bool real_time);

}  // namespace lockstep::script
