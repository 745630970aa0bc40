#include "harness/explore/simulation.h"

#include <algorithm>
#include <utility>

#include "harness/base/check.h"

namespace lockstep::explore {

using impl::sim::World;
using model::StepKind;
using trace::EventKind;

namespace {

constexpr impl::sim::Settings kSettings{.steps_max = 100'000};
constexpr std::size_t kWordsALock = 4;

bool is_supported(const model::Step& step) {
  switch (step.kind) {
    case StepKind::kCall:
      return simulated_call(step.call).has_value();
    case StepKind::kPause:
    case StepKind::kRace:
    case StepKind::kEnd:
    case StepKind::kKill:
    case StepKind::kClock:
    case StepKind::kExpectation:
      return true;
    default:
      return false;
  }
}

}  // namespace

Simulation::Simulation(MakeSimulatedLock make_lock, MakeSimulatedLock make_rlock)
    : make_lock_(make_lock), make_rlock_(make_rlock), world_(kSettings) {}

bool Simulation::supports(const model::Script& script) {
  return script.actors.size() < impl::sim::kThreadsMax && script.locks.size() <= impl::sim::kWordsMax / kWordsALock &&
         script.steps.size() <= INT16_MAX &&
         std::none_of(script.actors.begin(), script.actors.end(),
                      [](const auto& actor) { return actor.started_by_step; }) &&
         std::all_of(script.steps.begin(), script.steps.end(), is_supported);
}

std::vector<trace::Trace> Simulation::replay(std::span<const replay::Item> items) {
  std::vector<trace::Trace> traces;
  std::vector<std::uint8_t> pinned;
  for (const replay::Item& item : items) {
    pinned.assign(item.script->schedule.begin(), item.script->schedule.end());
    prepare(*item.script);
    run(pinned, item.seed, item.pct_depth);
    traces.push_back(recording_.trace(0));
  }
  return traces;
}

std::span<const replay::Played> Simulation::play(const model::Script& script,
                                                 std::span<const replay::Schedule> schedules) {
  prepare(script);
  for (const replay::Schedule& schedule : schedules) {
    run(schedule.prefix, schedule.seed, schedule.pct_depth);
  }
  return recording_.played();
}

void Simulation::prepare(const model::Script& script) {
  LOCKSTEP_CHECK(script.actors.size() < impl::sim::kThreadsMax);
  recording_.clear();
  script_ = &script;
  calls_.clear();
  for (const model::Step& step : script.steps) {
    calls_.push_back(step.kind == StepKind::kCall ? simulated_call(step.call).value() : SimulatedCall{});
  }
  prepare_locks(script);
  world_.clear();
  for (std::size_t number = 0; number < script.actors.size(); ++number) {
    actors_[number] = {
        .simulation = this, .number = static_cast<int>(number), .process = script.actors[number].process};
    world_.add_thread(actors_[number].process, actors_[number]);
  }
  world_.set_director(*this);
}

// Those of the last script serve again if they are of the same kinds: every run renews them.
void Simulation::prepare_locks(const model::Script& script) {
  const auto is_recursive = [](const model::LockDeclaration& lock) { return lock.kind == model::LockKind::kRLock; };
  if (std::equal(locks_.begin(), locks_.end(), script.locks.begin(), script.locks.end(),
                 [&](const Lock& kept, const auto& lock) { return kept.recursive == is_recursive(lock); })) {
    return;
  }
  locks_.clear();
  for (const model::LockDeclaration& lock : script.locks) {
    const bool recursive = is_recursive(lock);
    locks_.push_back(
        {recursive, (recursive ? make_rlock_ : make_lock_)(world_), std::make_unique<Section>(world_, recursive)});
  }
}

void Simulation::run(std::span<const std::uint8_t> pinned, std::uint64_t seed, std::uint8_t pct_depth) {
  for (const Lock& lock : locks_) {
    lock.lock->renew();
    lock.section->renew();
  }
  for (Actor& actor : actors_) {
    actor.blocked = false;
  }
  killed_ = {};
  recording_.begin_run();
  chooser_.begin_run(pinned, seed, pct_depth);
  const impl::sim::Result result = world_.run(chooser_);
  const bool goes_on = result.ending == impl::sim::Ending::kBudget;
  const bool finished = result.ending == impl::sim::Ending::kFinished;
  record(EventKind::kEnded, static_cast<std::size_t>(-1), -1);
  recording_.end_run(chooser_.misfit(),
                     finished  ? nullptr
                     : goes_on ? "a call neither returns nor sleeps"
                               : result.why,
                     chooser_.exhausted());
}

void Simulation::direct() {
  begun_ns_ = world_.now_ns();
  for (std::size_t step = 0; step < script_->steps.size(); ++step) {
    chooser_.begin_step(step);
    if (script_->steps[step].kind == StepKind::kRace) {
      step = take_race(step);
    } else {
      take(step);
      world_.let_run(World::Pace::kInTurn);
    }
  }
  check_locks();
}

// The script is over: who has not returned sleeps. A killed sleeper stays in the books for ever (impl/lock/lock.h).
void Simulation::check_locks() {
  for (std::size_t lock = 0; lock < locks_.size(); ++lock) {
    SimulatedLock& words = *locks_[lock].lock;
    world_.check(words.check_invariants(), "the lock's words contradict each other");
    int asleep = 0;
    for (std::size_t i = 0; i < script_->actors.size(); ++i) {
      const Actor& actor = actors_[i];
      asleep += actor.blocked && !killed_[static_cast<std::size_t>(actor.process)] &&
                calls_[actor.step].lock == static_cast<int>(lock);
    }
    const bool killed = std::any_of(killed_.begin(), killed_.end(), [](bool is_killed) { return is_killed; });
    world_.check(killed ? words.sleepers() >= asleep : words.sleepers() == asleep,
                 "the lock miscounts who waits for it");
  }
}

void Simulation::take(std::size_t step) {
  switch (script_->steps[step].kind) {
    case StepKind::kCall:
      return take_call(step);
    case StepKind::kPause:
      return take_pause(step);
    case StepKind::kKill:
    case StepKind::kClock:
      return take_event(step);
    case StepKind::kExpectation:
      return record(EventKind::kDone, step, -1);  // the moment of which it speaks
    default:
      break;
  }
}

void Simulation::take_call(std::size_t step) {
  const int actor = script_->steps[step].actor;
  if (!begin(actors_[static_cast<std::size_t>(actor)], step, step + 1)) {
    record(EventKind::kSkipped, step, actor);
  }
}

// Time passes deadline by deadline, so that a waiter that expires on the way runs at its own time.
void Simulation::take_pause(std::size_t step) {
  const std::int64_t until_ns = world_.now_ns() + script_->steps[step].seconds.nanoseconds;
  while (world_.pass_time(until_ns)) {
    world_.let_run(World::Pace::kInTurn);
  }
  record(EventKind::kDone, step, -1);
}

// A `kill`, or a `clock`: which steps the wall clock, that the locks do not look at.
void Simulation::take_event(std::size_t step) {
  const model::Step& event = script_->steps[step];
  if (event.kind == StepKind::kKill) {
    if (std::exchange(killed_[static_cast<std::size_t>(event.process)], true)) {
      return record(EventKind::kSkipped, step, -1);
    }
    world_.kill(event.process);
    world_.see_death(event.process);
    world_.fence();
  }
  record(EventKind::kDone, step, -1);
}

// Returns the step of its `end`.
std::size_t Simulation::take_race(std::size_t step) {
  const std::size_t first = step + 1;
  std::size_t end = first;
  int calls = 0;
  for (; script_->steps[end].kind != StepKind::kEnd; ++end) {
    calls += script_->steps[end].kind == StepKind::kCall ? 1 : 0;
  }
  const std::span actors(actors_.data(), script_->actors.size());
  for (Actor& actor : actors) {
    if (!begin(actor, first, end)) {
      actor.next = first;
      actor.end = first;
    }
  }
  chooser_.begin_race(calls, static_cast<int>(actors.size()));
  for (std::size_t event = first; event < end; ++event) {
    if (const StepKind kind = script_->steps[event].kind; kind == StepKind::kKill || kind == StepKind::kClock) {
      chooser_.expect_event(kind == StepKind::kKill ? model::kDeath : model::kClockStep);
      world_.let_run(World::Pace::kEventRace);
      take_event(event);
    }
  }
  // Time does not pass for the last of them, but a wait may have begun when it was over.
  do {
    world_.let_run(World::Pace::kRace);
  } while (world_.pass_time(world_.now_ns()));
  for (std::size_t call = first; call < end; ++call) {
    const model::Step& told = script_->steps[call];
    if (told.kind == StepKind::kCall && call >= actors[static_cast<std::size_t>(told.actor)].next) {
      record(EventKind::kSkipped, call, told.actor);
    }
  }
  for (Actor& actor : actors) {
    actor.end = actor.next;
  }
  return end;
}

// False if the actor is not free. If it has no call among the steps it is left alone.
bool Simulation::begin(Actor& actor, std::size_t first, std::size_t end) {
  if (world_.state(actor.number) != World::State::kResting) {
    return false;
  }
  actor.next = first;
  actor.end = end;
  for (std::size_t step = first; step < end; ++step) {
    if (is_call_of(step, actor)) {
      world_.resume(actor.number);
      return true;
    }
  }
  return true;
}

}  // namespace lockstep::explore
