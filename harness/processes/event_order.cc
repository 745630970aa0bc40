#include "harness/processes/event_order.h"

#include <optional>
#include <utility>

namespace lockstep::processes {

using cell::EventKind;

trace::EventKind kind_of(cell::EventKind kind) {
  switch (kind) {
    case cell::EventKind::kInvoked:
      return trace::EventKind::kInvoked;
    case cell::EventKind::kBlocked:
      return trace::EventKind::kBlocked;
    case cell::EventKind::kReturned:
      return trace::EventKind::kReturned;
    case cell::EventKind::kSkipped:
      return trace::EventKind::kSkipped;
    case cell::EventKind::kDone:
      return trace::EventKind::kDone;
    case cell::EventKind::kEnded:
      break;
  }
  return trace::EventKind::kEnded;
}

bool EventOrder::accepts(const cell::Event& event) {
  if (over_ || event.kind > EventKind::kEnded || event.time_ns < std::exchange(time_ns_, event.time_ns)) {
    return false;
  }
  if (event.kind == EventKind::kEnded) {
    over_ = true;
    return event.step == -1 && event.actor == -1;
  }
  if (event.step < 0 || static_cast<std::size_t>(event.step) >= steps_.size() || event.actor < -1 ||
      event.actor >= actors_) {
    return false;
  }
  const auto place = static_cast<std::size_t>(event.step);
  const bool is_call = steps_[place].kind == model::StepKind::kCall;
  const std::optional<trace::Stage> next = trace::after(stages_[place], kind_of(event.kind), is_call);
  stages_[place] = next.value_or(trace::Stage::kOver);
  return next.has_value() && (!is_call || event.actor == steps_[place].actor);
}

}  // namespace lockstep::processes
