#include <algorithm>

#include "harness/judge/run.h"

namespace lockstep::judge {

using trace::Event;
using trace::EventKind;

bool Explainer::Run::check_form(int index, const Event& event) {
  const auto& events = trace_->events;
  if (index > 0 && events[static_cast<std::size_t>(index) - 1].kind == EventKind::kEnded) {
    return invalid(index, "an event after the end");
  }
  if (trace_->virtual_time && index > 0 && event.time_ns < events[static_cast<std::size_t>(index) - 1].time_ns) {
    return invalid(index, "time runs backwards");
  }
  if (event.kind == EventKind::kEnded) {
    return true;
  }
  if (event.step < 0 || event.step >= static_cast<int>(script_->steps.size())) {
    return invalid(index, "no such step");
  }
  const bool of_call = event.kind != EventKind::kDone && event.kind != EventKind::kSkipped;
  if (!of_call) {
    return event.kind == EventKind::kSkipped || step_of(event).kind != model::StepKind::kCall ||
           invalid(index, "a call is not done but returns");
  }
  if (step_of(event).kind != model::StepKind::kCall || step_of(event).actor != event.actor) {
    return invalid(index, "not this actor's call");
  }
  const bool open = std::find(open_.begin(), open_.end(), event.actor) != open_.end();
  if (event.kind == EventKind::kInvoked) {
    const bool able = world_.alive(event.actor) && !world_.stopped(event.actor);
    return (able && !open) || invalid(index, open ? "its last call has not returned" : "its actor is not running");
  }
  return (open && call_of(event.actor).step == event.step) || invalid(index, "this call is not open");
}

}  // namespace lockstep::judge
