#pragma once

#include <cstdint>
#include <optional>

#include "harness/model/outcome.h"
#include "harness/model/script.h"

namespace lockstep::explore {

// A call of a script, read once for many runs.
struct SimulatedCall {
  model::Method method = model::Method::kAcquire;
  int lock = 0;
  bool block = true;
  bool timed = false;  // otherwise it waits for ever
  double seconds = 0;
  bool body_raises = false;
};

// Nothing if the simulation can't make the call: what an odd argument comes to is for Python to say.
[[nodiscard]] std::optional<SimulatedCall> simulated_call(const model::Call& call);

// What such a call comes to.
enum class Answer : std::uint8_t {
  kNone,
  kTrue,
  kFalse,
  kReleasedTooOften,
  kNotOwned,
  kTooDeep,
  kTimeoutIsNan,
  kBodyRaised,
};

// As the reference's Python module puts it (impl/python/lock_object.cc).
[[nodiscard]] model::Outcome outcome_of(Answer answer);

}  // namespace lockstep::explore
