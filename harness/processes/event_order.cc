#include "harness/processes/event_order.h"

#include <utility>

namespace lockstep::processes {

using cell::EventKind;

bool EventOrder::accepts(const cell::Event& event) {
  if (over_ || event.time_ns < std::exchange(time_ns_, event.time_ns)) {
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
  if (steps_[place].kind == model::StepKind::kCall) {
    return event.actor == steps_[place].actor && accepts_of_call(event.kind, stages_[place]);
  }
  return (event.kind == EventKind::kSkipped || event.kind == EventKind::kDone) &&
         std::exchange(stages_[place], Stage::kOver) == Stage::kNone;
}

bool EventOrder::accepts_of_call(EventKind kind, Stage& stage) {
  switch (kind) {
    case EventKind::kInvoked:
      return std::exchange(stage, Stage::kInvoked) == Stage::kNone;
    case EventKind::kBlocked:
      return std::exchange(stage, Stage::kBlocked) == Stage::kInvoked;
    case EventKind::kReturned: {
      const Stage before = std::exchange(stage, Stage::kOver);
      return before == Stage::kInvoked || before == Stage::kBlocked;
    }
    case EventKind::kSkipped:
      return std::exchange(stage, Stage::kOver) == Stage::kNone;
    case EventKind::kDone:
    case EventKind::kEnded:
      break;
  }
  return false;
}

}  // namespace lockstep::processes
