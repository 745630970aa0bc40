#include "harness/judge/explain.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/judge/pending.h"
#include "harness/judge/run.h"

namespace lockstep::judge {
namespace {

using model::OutcomeKind;
using spec::Phase;
using trace::Event;
using trace::EventKind;

constexpr std::int64_t kMicrosecondNs = 1000;

// Or the last moment there is.
std::int64_t later(std::int64_t time_ns, std::int64_t by_ns) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(time_ns, by_ns, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

std::int64_t round_up_to_microsecond(std::int64_t time_ns) {
  return later(time_ns, kMicrosecondNs - 1) / kMicrosecondNs * kMicrosecondNs;
}

}  // namespace

Finding Explainer::Run::explain(const model::Script& script, const trace::Trace& trace, std::vector<bool>* determined) {
  begin(script, trace);
  determined_ = determined;
  if (determined_ != nullptr) {
    determined_->assign(script.steps.size(), false);
  }
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    if (trace.events[i].kind == EventKind::kPending) {
      return judge_pending(script, trace, options_);
    }
  }
  for (int i = 0; i < static_cast<int>(trace.events.size()); ++i) {
    const bool explained = follow(i);
    if (too_many_) {
      const int step = trace.events[static_cast<std::size_t>(i)].step;
      finding_ = Finding{Verdict::kInconclusive, i, step, "", "", "too many ways to explain it"};
    }
    if (too_many_ || !explained) {
      return finding_;
    }
  }
  if (trace.events.empty() || trace.events.back().kind != EventKind::kEnded) {
    invalid(static_cast<int>(trace.events.size()) - 1, "the trace does not end");
  }
  return finding_;
}

void Explainer::Run::begin(const model::Script& script, const trace::Trace& trace) {
  script_ = &script;
  trace_ = &trace;
  world_ = spec::World(script);
  open_.clear();
  signal_heard_.fill(false);
  current_.clear();
  current_.insert(Configuration());
  finding_ = Finding();
  race_ = -1;
  too_many_ = false;
  disturbed_ = false;
  race_of_.assign(script.steps.size(), -1);
  stages_.assign(script.steps.size(), trace::Stage::kNone);
  untaken_ = 0;
  int races = 0;
  bool inside = false;
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const model::StepKind kind = script.steps[i].kind;
    disturbed_ = disturbed_ || kind == model::StepKind::kSignal || kind == model::StepKind::kClock;
    if (kind == model::StepKind::kRace) {
      inside = true;
      ++races;
    } else if (kind == model::StepKind::kEnd) {
      inside = false;
    } else if (inside) {
      race_of_[i] = races;
    }
  }
}

bool Explainer::Run::follow(int index) {
  const Event& event = trace_->events[static_cast<std::size_t>(index)];
  if (!check_form(index, event)) {
    return false;
  }
  switch (event.kind) {
    case EventKind::kInvoked:
      if (!settle(index, event) || !invoked(index, event)) {
        return false;
      }
      break;
    case EventKind::kDone:
      if (!settle(index, event) || !done(index, event)) {
        return false;
      }
      break;
    case EventKind::kReturned:
      return returned(index, event);
    case EventKind::kEnded:
      return settle(index, event);
    case EventKind::kBlocked:
      call_of(event.actor).blocked = true;
      return true;
    case EventKind::kPending:
    case EventKind::kSkipped:
      return true;
  }
  if (disturbed_) {
    anticipate(index);
  }
  return true;
}

// Outside races the harness starts nothing before all is quiet; nor does it start a race.
bool Explainer::Run::is_quiescent_point(const Event& event) {
  const int race = event.kind == EventKind::kEnded ? -1 : race_of_[static_cast<std::size_t>(event.step)];
  const bool inside = race >= 0 && race == race_;
  race_ = race;
  return !inside;
}

spec::Moment Explainer::Run::moment(const OpenCall& call, std::int64_t now_ns) const {
  spec::Moment moment;
  moment.adrift = race_ >= 0 && call.blocked;
  moment.signalled = call.signalled;
  moment.signal_may_come = call.signal_may_come;
  if (call.request.wait == spec::Wait::kTimed && now_ns >= call.deadline_min_ns) {
    moment.deadline = spec::Deadline::kTied;
    if (trace_->virtual_time && now_ns > call.deadline_max_ns) {
      moment.deadline = spec::Deadline::kPassed;
    }
  }
  return moment;
}

bool Explainer::Run::is_quiet(const Configuration& configuration, std::int64_t now_ns, int& culprit) {
  for (const int actor : open_) {
    if (world_.stopped(actor)) {
      continue;
    }
    culprit = actor;
    const spec::Progress progress = configuration.calls[static_cast<std::size_t>(actor)];
    if (progress.phase == Phase::kDone) {
      return false;
    }
    const OpenCall& call = call_of(actor);
    spec::step(world_, configuration.state, actor, call.request, progress, moment(call, now_ns), options_,
               transitions_);
    if (spec::must_move(transitions_)) {
      return false;
    }
  }
  return true;
}

bool Explainer::Run::settle(int index, const Event& event) {
  if (!is_quiescent_point(event) || open_.empty()) {
    return true;
  }
  // A step may come first on the very instant of a deadline; the end may not.
  const std::int64_t now_ns = event.time_ns + (event.kind == EventKind::kEnded ? 1 : 0);
  if (std::any_of(open_.begin(), open_.end(), [&](int actor) { return world_.stopped(actor); })) {
    saturate(event.time_ns);
  }
  int culprit = -1;
  int first = -1;
  if (current_.size() > 1 || !is_quiet(current_[0], now_ns, culprit)) {
    next_.clear();
    for (const Configuration& configuration : current_) {
      if (is_quiet(configuration, now_ns, first)) {
        next_.insert(configuration);
      } else if (culprit < 0) {
        culprit = first;
      }
    }
    if (next_.empty()) {
      return diverge_blocked(index, event, culprit);
    }
    current_.swap(next_);
  }
  for (const int actor : open_) {
    call_of(actor).settled = true;
  }
  return true;
}

bool Explainer::Run::invoked(int index, const Event& event) {
  const model::Call& call = step_of(event).call;
  base::Result<spec::Request> request =
      spec::read_call(call, script_->locks[static_cast<std::size_t>(call.lock)].kind, options_);
  if (!request.ok()) {
    return invalid(index, request.error().text());
  }
  OpenCall& open = call_of(event.actor);
  open.step = event.step;
  open.request = std::move(request.value());
  open.settled = open.blocked = open.signalled = open.signal_may_come = false;
  open.excused_ns = 0;
  open.deadline_min_ns = later(event.time_ns, open.request.timeout_min_ns);
  open.deadline_max_ns = later(event.time_ns, open.request.timeout_max_ns);
  if (trace_->virtual_time) {
    open.deadline_max_ns = round_up_to_microsecond(open.deadline_max_ns);
  } else {
    open.deadline_min_ns -= kMicrosecondNs;
  }
  open_.push_back(event.actor);
  current_.change_all([&](Configuration& configuration) {
    configuration.calls[static_cast<std::size_t>(event.actor)].phase = Phase::kStart;
  });
  return true;
}

void Explainer::Run::expand(const Configuration& from, std::int64_t now_ns) {
  int culprit = -1;
  for (const int actor : open_) {
    const auto slot = static_cast<std::size_t>(actor);
    if (from.calls[slot].phase == Phase::kDone) {
      continue;
    }
    const OpenCall& call = calls_[slot];
    spec::Moment now = moment(call, now_ns);
    // Nobody sends the signal before all is quiet.
    now.signal_may_come = now.signal_may_come && (call.signalled || is_quiet(from, now_ns, culprit));
    spec::step(world_, from.state, actor, call.request, from.calls[slot], now, options_, transitions_);
    for (const spec::Transition& transition : transitions_) {
      Configuration to = from;
      to.state = transition.state;
      to.calls[slot] = transition.progress;
      seen_.insert(to);
    }
  }
}

void Explainer::Run::saturate(std::int64_t now_ns) {
  explore(now_ns, [](const Configuration&) { return true; });
  current_.swap(seen_);
}

bool Explainer::Run::returned(int index, const Event& event) {
  const auto slot = static_cast<std::size_t>(event.actor);
  OpenCall& call = calls_[slot];
  if (determined_ != nullptr) {
    const Possible all = possible(event.actor, event.time_ns);
    (*determined_)[static_cast<std::size_t>(event.step)] = all.replies.size() + (all.blocks ? 1 : 0) == 1;
  }
  next_.clear();
  explore(event.time_ns, [&](const Configuration& configuration) {
    const spec::Progress progress = configuration.calls[slot];
    if (progress.phase != Phase::kDone) {
      return true;
    }
    if (spec::matches(progress, call.request, options_, event.outcome)) {
      Configuration rest = configuration;
      rest.calls[slot] = spec::Progress();
      next_.insert(rest);
    }
    return false;
  });
  if (next_.empty()) {
    return diverge_return(index, event);
  }
  const bool expired = call.request.wait == spec::Wait::kTimed && event.outcome.kind == OutcomeKind::kFalse;
  // In a race a call may be kept from going on for as long as others wait, so it can't be late.
  if (expired && trace_->virtual_time && race_ < 0 && !world_.stopped(event.actor) &&
      event.time_ns > std::max(call.deadline_max_ns, call.excused_ns)) {
    return diverge_late(index, event);
  }
  signal_heard_[slot] = call.signal_may_come && spec::is_signal(event.outcome);
  current_.swap(next_);
  open_.erase(std::find(open_.begin(), open_.end(), event.actor));
  return true;
}

Explainer::Explainer(spec::Options options) : run_(std::make_unique<Run>(options)) {}
Explainer::~Explainer() = default;
Explainer::Explainer(Explainer&&) noexcept = default;
Explainer& Explainer::operator=(Explainer&&) noexcept = default;

Finding Explainer::explain(const model::Script& script, const trace::Trace& trace) {
  return run_->explain(script, trace, nullptr);
}

Finding Explainer::explain(const model::Script& script, const trace::Trace& trace, std::vector<bool>& determined) {
  return run_->explain(script, trace, &determined);
}

Finding explain(const model::Script& script, const trace::Trace& trace, const spec::Options& options) {
  return Explainer(options).explain(script, trace);
}

}  // namespace lockstep::judge
