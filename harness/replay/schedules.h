#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/model/choice.h"
#include "harness/replay/carrier.h"

namespace lockstep::replay {

// How one run of a script is to choose: first as `prefix` says, then as Item's seed and depth do.
struct Schedule {
  std::vector<std::uint8_t> prefix;
  std::uint64_t seed = 0;
  std::uint8_t pct_depth = 0;
};

// What one run chose: for each choice among more than one the option taken, how many there were, and of what kinds (a
// set of model::ChoiceKind). The three are equally long.
struct Played {
  std::span<const std::uint8_t> taken;
  std::span<const std::uint8_t> options;
  std::span<const std::uint8_t> kinds;
  std::uint64_t behaviour = 0;   // a hash of the trace's events: equal traces have equal ones
  bool exhausted = false;        // a race took so many decisions that it was given up
  const char* broken = nullptr;  // what the run did wrong that its trace need not show: "two hold the lock"
};

// A carrier that makes its choices itself, and so can play one script by many schedules, fast: an equal trace need not
// be unpacked twice.
class Scheduled : public Carrier {
 public:
  // Plays the script once for each schedule. What it returns lives until the next replay() or play(). Throws as
  // replay(). REQUIRES: at most schedules_max(script) schedules, prefixes of at most kPrefixMax choices.
  [[nodiscard]] virtual std::span<const Played> play(const model::Script& script,
                                                     std::span<const Schedule> schedules) = 0;

  // The trace of a run of the last play().
  [[nodiscard]] virtual trace::Trace trace_of(std::size_t run) const = 0;

  static constexpr std::size_t kPrefixMax = 256;
  [[nodiscard]] static std::size_t schedules_max(const model::Script& script) {
    return std::clamp<std::size_t>(16000 / (script.steps.size() + 1), 1, 256);
  }
};

}  // namespace lockstep::replay
