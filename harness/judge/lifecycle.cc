#include <algorithm>
#include <limits>

#include "harness/judge/run.h"

namespace lockstep::judge {

using model::OutcomeKind;
using model::StepKind;
using spec::Policy;
using trace::Event;
using trace::EventKind;

bool Explainer::Run::done(int index, const Event& event) {
  const model::Step& step = step_of(event);
  switch (step.kind) {
    case StepKind::kStartThread:
    case StepKind::kStartProcess:
    case StepKind::kFork:
      return start(index, event, step);
    case StepKind::kExit:
      world_.exit(step.actor, script_->actors[static_cast<std::size_t>(step.actor)].main_thread);
      close_dead(event.time_ns);
      return true;
    case StepKind::kKill:
      world_.kill(step.process);
      close_dead(event.time_ns);
      return true;
    case StepKind::kStop:
      world_.set_stopped(step.process, true);
      return true;
    case StepKind::kContinue:
      world_.set_stopped(step.process, false);
      for (const int actor : open_) {
        if (world_.process_of(actor) == step.process) {
          call_of(actor).excused_ns = event.time_ns;
        }
      }
      return true;
    case StepKind::kSignal:
      return signal(index, event, step);
    case StepKind::kPause:
    case StepKind::kRace:
    case StepKind::kEnd:
    case StepKind::kClock:
    case StepKind::kExpectation:
    case StepKind::kCall:
      return true;
  }
  return true;
}

bool Explainer::Run::start(int index, const Event& event, const model::Step& step) {
  if (event.outcome.kind >= OutcomeKind::kRaised) {
    return diverge(index, event.step, spec::Clause::kLifecycle, "None", to_string(event.outcome));
  }
  const spec::PolicySet policies = options_.policies;
  if (step.kind == StepKind::kStartThread) {
    world_.start(step.new_actor);
    if (policies.has(Policy::kThreadIdReuse)) {
      reuse_thread_id(step.new_actor);
    }
    return true;
  }
  const int parent = step.actor;
  if (step.kind == StepKind::kFork) {
    world_.fork(parent, step.new_actor);
    if (policies.has(Policy::kForkInheritsRLock)) {
      perhaps([&](spec::State& state) { spec::inherit(world_, state, parent, step.new_actor); });
    }
    next_.clear();
    for (Configuration configuration : current_) {
      spec::cross_by_fork(configuration.state);
      next_.insert(configuration);
    }
    current_.swap(next_);
    return true;
  }
  world_.start(step.new_actor);
  if (policies.has(Policy::kForkBelowSpawnInherits)) {
    perhaps([&](spec::State& state) { spec::inherit(world_, state, parent, step.new_actor); });
  }
  return true;
}

// Free are the ids of dead threads and, in a forked child, those of the threads that stayed in its parent.
void Explainer::Run::reuse_thread_id(int thread) {
  for (int other = 0; other < world_.actors(); ++other) {
    if (!world_.alive(other) && world_.process_of(other) == world_.process_of(thread)) {
      perhaps([&](spec::State& state) { spec::take_over(world_, state, other, thread); });
    }
  }
  perhaps([&](spec::State& state) { spec::take_over(world_, state, -1, thread); });
}

bool Explainer::Run::signal(int index, const Event& event, const model::Step& step) {
  const auto slot = static_cast<std::size_t>(step.actor);
  if (signal_heard_[slot]) {
    signal_heard_[slot] = false;
    return true;
  }
  if (std::find(open_.begin(), open_.end(), step.actor) != open_.end()) {
    OpenCall& call = call_of(step.actor);
    call.signalled = step.handler_raises;
    call.signal_may_come = false;  // it has come
    return true;
  }
  const bool as_foretold =
      step.handler_raises ? spec::is_signal(event.outcome) : event.outcome.kind == OutcomeKind::kNone;
  if (as_foretold) {
    return true;
  }
  return diverge(index, event.step, spec::Clause::kLifecycle,
                 step.handler_raises ? "raises SignalRaised(\"signal\")" : "None", to_string(event.outcome));
}

// The open calls of dead actors have taken effect or not, and never will.
void Explainer::Run::close_dead(std::int64_t now_ns) {
  const auto dead = [&](int actor) { return !world_.alive(actor); };
  if (std::none_of(open_.begin(), open_.end(), dead)) {
    return;
  }
  saturate(now_ns);
  next_.clear();
  for (Configuration configuration : current_) {
    for (const int actor : open_) {
      if (dead(actor)) {
        configuration.calls[static_cast<std::size_t>(actor)] = spec::Progress();
      }
    }
    next_.insert(configuration);
  }
  current_.swap(next_);
  open_.erase(std::remove_if(open_.begin(), open_.end(), dead), open_.end());
}

void Explainer::Run::step_clock(std::int64_t by_ns, std::int64_t now_ns) {
  for (const int actor : open_) {
    OpenCall& call = call_of(actor);
    if (__builtin_sub_overflow(call.deadline_min_ns, by_ns, &call.deadline_min_ns)) {
      call.deadline_min_ns = std::numeric_limits<std::int64_t>::min();  // over long since: clocks are set forward
    }
    call.excused_ns = std::max(call.excused_ns, now_ns);
  }
}

// Looks ahead to the step that the harness takes next. Calls may return its consequences before its own kDone event.
void Explainer::Run::anticipate(int index) {
  const auto& events = trace_->events;
  std::size_t i = static_cast<std::size_t>(index) + 1;
  while (i < events.size() && events[i].kind != EventKind::kDone && events[i].kind != EventKind::kInvoked) {
    ++i;
  }
  if (i == events.size() || events[i].kind != EventKind::kDone || events[i].step < 0 ||
      events[i].step >= static_cast<int>(script_->steps.size())) {
    return;
  }
  const model::Step& step = step_of(events[i]);
  if (step.kind == StepKind::kSignal && step.handler_raises) {
    if (std::find(open_.begin(), open_.end(), step.actor) != open_.end()) {
      call_of(step.actor).signal_may_come = true;
    }
  } else if (step.kind == StepKind::kClock && options_.policies.has(Policy::kWallClockDeadline)) {
    step_clock(step.seconds.nanoseconds, events[i].time_ns);
  }
}

}  // namespace lockstep::judge
