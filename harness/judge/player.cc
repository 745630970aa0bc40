#include "harness/judge/player.h"

#include <algorithm>
#include <string>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/random.h"

namespace lockstep::judge {

using model::LockKind;
using model::OutcomeKind;
using model::StepKind;
using trace::EventKind;

Player::Player(const model::Script& script, Flaw flaw, const spec::Options& options, std::uint64_t seed)
    : Player(script, flaw, options, [random = base::Random(seed)](std::uint32_t ways, const trace::Trace&) mutable {
        return random.below(ways);
      }) {}

Player::Player(const model::Script& script, Flaw flaw, const spec::Options& options, Pick pick)
    : script_(script), flaw_(flaw), options_(options), pick_(std::move(pick)), world_(script) {
  values_.fill(1);
  for (int& thread : threads_) {
    thread = next_thread_++;
  }
}

trace::Trace Player::play() {
  for (int i = 0; i < static_cast<int>(script_.steps.size()); ++i) {
    const model::Step& step = script_.steps[static_cast<std::size_t>(i)];
    if (step.kind == StepKind::kRace) {
      i = race(i);
    } else if (step.kind == StepKind::kCall) {
      call({i});
    } else {
      take(i, step);
    }
  }
  expire_due(true);
  add(EventKind::kEnded, -1, -1);
  return trace_;
}

// Calls of different actors are made together, what stands after them when they have come to an end.
int Player::race(int index) {
  std::vector<int> racing;
  const auto flush = [&] {
    if (!racing.empty()) {
      call(racing);
      racing.clear();
    }
  };
  for (;;) {
    const model::Step& step = script_.steps[static_cast<std::size_t>(++index)];
    const bool repeated = std::any_of(racing.begin(), racing.end(), [&](int other) {
      return script_.steps[static_cast<std::size_t>(other)].actor == step.actor;
    });
    if (step.kind != StepKind::kCall || repeated) {
      flush();
    }
    if (step.kind == StepKind::kEnd) {
      return index;
    }
    if (step.kind == StepKind::kCall) {
      racing.push_back(index);
    } else {
      take(index, step);
    }
  }
}

void Player::call(const std::vector<int>& steps) {
  expire_due(false);
  std::vector<int> able;
  for (const int step : steps) {
    const int actor = script_.steps[static_cast<std::size_t>(step)].actor;
    if (busy(actor) || !world_.alive(actor) || world_.stopped(actor)) {
      add(EventKind::kSkipped, step, actor);
    } else {
      able.push_back(step);
    }
  }
  run(able);
}

void Player::take(int index, const model::Step& step) {
  expire_due(false);
  const bool by_actor = step.kind == StepKind::kStartProcess || step.kind == StepKind::kFork ||
                        step.kind == StepKind::kExit || step.kind == StepKind::kSignal;
  bool skip = by_actor && (!world_.alive(step.actor) || world_.stopped(step.actor));
  skip = skip || (by_actor && step.kind != StepKind::kSignal && busy(step.actor));
  if (step.kind == StepKind::kStartThread) {
    skip = true;
    for (int actor = 0; actor < world_.actors(); ++actor) {
      const bool free = world_.alive(actor) && !world_.stopped(actor) && !busy(actor);
      skip = skip && !(free && world_.process_of(actor) == step.process);
    }
  }
  if (skip) {
    add(EventKind::kSkipped, index, step.actor);
    return;
  }
  if (step.kind == StepKind::kPause) {
    pause(now_ns_ + step.seconds.nanoseconds);
    add(EventKind::kDone, index, -1);
    return;
  }
  const model::Outcome outcome = step.kind == StepKind::kSignal ? signal(step) : model::Outcome();
  lifecycle(step);
  const bool consequences_first = chance();
  if (consequences_first) {
    run({});
    expire_due(false);
  }
  add(EventKind::kDone, index, step.actor, outcome);
  if (!consequences_first) {
    run({});
    expire_due(false);
  }
}

void Player::lifecycle(const model::Step& step) {
  for (int actor = 0; actor < world_.actors(); ++actor) {
    lived_[static_cast<std::size_t>(actor)] = lived_[static_cast<std::size_t>(actor)] || world_.alive(actor);
  }
  const bool cpython = flaw_ == Flaw::kCPython;
  switch (step.kind) {
    case StepKind::kStartThread:
      for (int other = 0; cpython && other < world_.actors(); ++other) {
        const bool dead = lived_[static_cast<std::size_t>(other)] && !world_.alive(other);
        if (dead && world_.process_of(other) == step.process && chance()) {
          threads_[static_cast<std::size_t>(step.new_actor)] = threads_[static_cast<std::size_t>(other)];
        }
      }
      world_.start(step.new_actor);
      return;
    case StepKind::kStartProcess:
      world_.start(step.new_actor);
      return;
    case StepKind::kFork:
      world_.fork(step.actor, step.new_actor);
      if (cpython) {
        notes_[static_cast<std::size_t>(world_.process_of(step.new_actor))] =
            notes_[static_cast<std::size_t>(world_.process_of(step.actor))];
        threads_[static_cast<std::size_t>(step.new_actor)] = threads_[static_cast<std::size_t>(step.actor)];
      }
      return;
    case StepKind::kExit:
      world_.exit(step.actor, script_.actors[static_cast<std::size_t>(step.actor)].main_thread);
      break;
    case StepKind::kKill:
      world_.kill(step.process);
      break;
    case StepKind::kStop:
    case StepKind::kContinue:
      world_.set_stopped(step.process, step.kind == StepKind::kStop);
      return;
    case StepKind::kClock:
      for (Open& open : open_) {
        open.deadline_ns = open.deadline_ns < 0 || !cpython
                               ? open.deadline_ns
                               : std::max<std::int64_t>(0, open.deadline_ns - step.seconds.nanoseconds);
      }
      return;
    default:
      return;
  }
  open_.erase(std::remove_if(open_.begin(), open_.end(), [&](const Open& o) { return !world_.alive(o.actor); }),
              open_.end());
}

model::Outcome Player::signal(const model::Step& step) {
  const model::Outcome raised{OutcomeKind::kRaised, "SignalRaised(\"signal\")"};
  if (!busy(step.actor)) {
    return step.handler_raises ? raised : model::Outcome();
  }
  for (Open& open : open_) {
    if (open.actor == step.actor && step.handler_raises) {
      if (flaw_ == Flaw::kSignalTakes && value(open.request.lock) == 0) {
        value(open.request.lock) = -1;
      }
      open.outcome = raised;
      open.stage = Stage::kReturning;
    }
  }
  return {};
}

void Player::pause(std::int64_t until_ns) {
  expire_due(true);
  for (;;) {
    std::int64_t next_ns = until_ns;
    for (const Open& open : open_) {
      const bool waits = open.deadline_ns >= 0 && !world_.stopped(open.actor);
      next_ns = waits && open.deadline_ns > now_ns_ ? std::min(next_ns, open.deadline_ns) : next_ns;
    }
    now_ns_ = next_ns;
    if (next_ns == until_ns) {
      break;
    }
    expire_due(true);
  }
  expire_due(false);
}

// Whether it expired anybody whose deadline has come; at the very instant of it, not all need be: a step may come
// first.
bool Player::expire_due(bool all) {
  bool expired = false;
  for (Open& open : open_) {
    if (is_due(open) && (all || open.deadline_ns < now_ns_ || chance())) {
      expire(open);
      expired = true;
    }
  }
  run({});
  return expired;
}

void Player::expire(Open& open) {
  finish(open, flaw_ == Flaw::kExpiresTrue ? OutcomeKind::kTrue : OutcomeKind::kFalse);
}

// Lets the calls run on, in any order, until all have returned or are blocked.
void Player::run(std::vector<int> to_invoke) {
  for (;;) {
    std::vector<std::size_t> ready;
    std::vector<std::size_t> due;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (!world_.stopped(open_[i].actor) && (open_[i].stage == Stage::kReturning || can_move(open_[i]))) {
        ready.push_back(i);
      } else if (is_due(open_[i])) {
        due.push_back(i);
      }
    }
    if (ready.empty() && to_invoke.empty()) {
      return report_blocked();
    }
    ready.insert(ready.end(), due.begin(), due.end());
    const auto choices = static_cast<std::uint32_t>(ready.size() + to_invoke.size());
    const std::uint32_t choice = choices == 1 ? 0 : pick_(choices, trace_);
    if (choice >= ready.size()) {
      const auto which = to_invoke.begin() + static_cast<std::ptrdiff_t>(choice - ready.size());
      invoke(*which);
      to_invoke.erase(which);
      continue;
    }
    Open& open = open_[ready[choice]];
    if (open.stage == Stage::kReturning) {
      add(EventKind::kReturned, open.step, open.actor, open.outcome);
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(ready[choice]));
    } else if (can_move(open)) {
      move(open);
    } else {
      expire(open);
    }
  }
}

void Player::report_blocked() {
  for (Open& open : open_) {
    if (!open.reported && !world_.stopped(open.actor)) {
      open.reported = true;
      add(EventKind::kBlocked, open.step, open.actor);
    }
  }
}

void Player::invoke(int index) {
  const model::Step& step = script_.steps[static_cast<std::size_t>(index)];
  add(EventKind::kInvoked, index, step.actor);
  const LockKind kind = script_.locks[static_cast<std::size_t>(step.call.lock)].kind;
  base::Result<spec::Request> request = spec::read_call(step.call, kind, options_);
  LOCKSTEP_CHECK(request.ok());
  Open open;
  open.step = index;
  open.actor = step.actor;
  open.request = std::move(request.value());
  if (open.request.wait == spec::Wait::kTimed) {
    open.deadline_ns = now_ns_ + (open.request.timeout_max_ns + 999) / 1000 * 1000;
    open.deadline_ns += flaw_ == Flaw::kExpiresEarly ? -1000 : flaw_ == Flaw::kExpiresLate ? 1000 : 0;
  }
  open_.push_back(std::move(open));
}

void Player::add(EventKind kind, int step, int actor, const model::Outcome& outcome) {
  trace_.events.push_back({kind, step, actor, outcome, now_ns_});
}

bool Player::busy(int actor) const {
  return std::any_of(open_.begin(), open_.end(), [&](const Open& open) { return open.actor == actor; });
}

}  // namespace lockstep::judge
