#include "harness/judge/form.h"

#include <algorithm>
#include <limits>

#include "harness/judge/run.h"

namespace lockstep::judge {

using trace::Event;
using trace::EventKind;

// Nearly all that a time can be, either way: a little may be added to it.
constexpr std::int64_t kTimeMax_ns = std::numeric_limits<std::int64_t>::max() - 1'000'000'000;

const char* misfit(const model::Script& script, const Event& event) {
  if (event.time_ns < -kTimeMax_ns || event.time_ns > kTimeMax_ns) {
    return "a time that no clock shows";
  }
  if (event.kind == EventKind::kEnded) {
    return nullptr;
  }
  if (event.step < 0 || event.step >= static_cast<int>(script.steps.size())) {
    return "no such step";
  }
  const model::Step& step = script.steps[static_cast<std::size_t>(event.step)];
  const bool is_call = step.kind == model::StepKind::kCall;
  if (event.kind == EventKind::kDone) {
    return is_call ? "a call is not done but returns" : nullptr;
  }
  const bool fits = event.kind == EventKind::kSkipped || (is_call && step.actor == event.actor);
  return fits ? nullptr : "not this actor's call";
}

bool Explainer::Run::check_form(int index, const Event& event) {
  const auto& events = trace_->events;
  if (const char* const wrong = misfit(*script_, event)) {
    return invalid(index, wrong);
  }
  if (index > 0 && events[static_cast<std::size_t>(index) - 1].kind == EventKind::kEnded) {
    return invalid(index, "an event after the end");
  }
  if (trace_->virtual_time && index > 0 && event.time_ns < events[static_cast<std::size_t>(index) - 1].time_ns) {
    return invalid(index, "time runs backwards");
  }
  if (event.kind == EventKind::kEnded) {
    return is_next(static_cast<int>(script_->steps.size())) || invalid(index, "a step is neither taken nor skipped");
  }
  if (event.kind == EventKind::kDone || event.kind == EventKind::kSkipped) {
    return check_order(index, event);
  }
  const bool open = std::find(open_.begin(), open_.end(), event.actor) != open_.end();
  if (event.kind == EventKind::kInvoked) {
    const bool able = world_.alive(event.actor) && !world_.stopped(event.actor);
    return able && !open ? check_order(index, event)
                         : invalid(index, open ? "its last call has not returned" : "its actor is not running");
  }
  return open && call_of(event.actor).step == event.step ? check_order(index, event)
                                                         : invalid(index, "this call is not open");
}

bool Explainer::Run::check_order(int index, const Event& event) {
  trace::Stage& stage = stages_[static_cast<std::size_t>(event.step)];
  const bool taken = stage != trace::Stage::kNone;
  const auto next = trace::after(stage, event.kind, step_of(event).kind == model::StepKind::kCall);
  if (!next.has_value()) {
    return invalid(index, "the step has had such an event");
  }
  stage = *next;
  return taken || is_next(event.step) || invalid(index, "a step before it is neither taken nor skipped");
}

bool Explainer::Run::is_next(int step) {
  const auto is_taken = [&](int other) {
    const model::StepKind kind = script_->steps[static_cast<std::size_t>(other)].kind;
    return stages_[static_cast<std::size_t>(other)] != trace::Stage::kNone || kind == model::StepKind::kRace ||
           kind == model::StepKind::kEnd;
  };
  while (untaken_ < step && is_taken(untaken_)) {
    ++untaken_;
  }
  const int race = step < static_cast<int>(race_of_.size()) ? race_of_[static_cast<std::size_t>(step)] : -1;
  for (int other = untaken_; other < step; ++other) {
    const bool races = race >= 0 && race_of_[static_cast<std::size_t>(other)] == race;
    if (!is_taken(other) && !(races && script_->steps[static_cast<std::size_t>(other)].actor !=
                                           script_->steps[static_cast<std::size_t>(step)].actor)) {
      return false;
    }
  }
  return true;
}

}  // namespace lockstep::judge
