#include "harness/explore/simulated_call.h"

#include "harness/model/value.h"

namespace lockstep::explore {
namespace {

using model::OutcomeKind;
using model::Value;
using model::ValueKind;

bool read_block(const Value& value, SimulatedCall& call) {
  call.block = value.truth;
  return value.kind == ValueKind::kBool;
}

bool read_timeout(const Value& value, SimulatedCall& call) {
  call.timed = value.kind != ValueKind::kNone;
  call.seconds = value.number;
  return !call.timed || (value.is_number() && !value.overflow);
}

}  // namespace

std::optional<SimulatedCall> simulated_call(const model::Call& call) {
  SimulatedCall read{.method = call.method, .lock = call.lock, .body_raises = call.body_raises};
  if (call.method == model::Method::kRepr) {
    return std::nullopt;  // It names processes and threads, which the simulation has none of.
  }
  bool has_block = false, has_timeout = false;
  for (std::size_t place = 0; place < call.arguments.size(); ++place) {
    const model::Argument& argument = call.arguments[place];
    const bool is_block = argument.keyword.empty() ? place == 0 : argument.keyword == "block";
    const bool is_timeout = argument.keyword.empty() ? place == 1 : argument.keyword == "timeout";
    bool& had = is_block ? has_block : has_timeout;
    const base::Result<Value> value = model::parse_value(argument.spelling);
    if (call.method != model::Method::kAcquire || is_block == is_timeout || had || !value.ok() ||
        !(is_block ? read_block(value.value(), read) : read_timeout(value.value(), read))) {
      return std::nullopt;
    }
    had = true;
  }
  return read;
}

model::Outcome outcome_of(Answer answer) {
  switch (answer) {
    case Answer::kNone:
      break;
    case Answer::kTrue:
      return {OutcomeKind::kTrue, ""};
    case Answer::kFalse:
      return {OutcomeKind::kFalse, ""};
    case Answer::kReleasedTooOften:
      return {OutcomeKind::kRaised, "ValueError(\"semaphore or lock released too many times\")"};
    case Answer::kNotOwned:
      return {OutcomeKind::kRaised, "AssertionError(\"attempt to release recursive lock not owned by thread\")"};
    case Answer::kTooDeep:
      return {OutcomeKind::kRaised, "OverflowError(\"recursive lock acquired too many times\")"};
    case Answer::kTimeoutIsNan:
      return {OutcomeKind::kRaised, "ValueError(\"timeout must not be NaN\")"};
    case Answer::kBodyRaised:
      return {OutcomeKind::kRaised, "RuntimeError(\"body\")"};
  }
  return {OutcomeKind::kNone, ""};
}

}  // namespace lockstep::explore
