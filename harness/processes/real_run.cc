#include "harness/processes/real_run.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <ctime>

#include <sys/syscall.h>
#include <unistd.h>

#include "harness/cell/scheduler.h"
#include "harness/processes/call_timeout.h"
#include "harness/processes/death.h"
#include "harness/processes/process_tree.h"
#include "harness/processes/words_of.h"

namespace lockstep::processes {
namespace {

using cell::CommandKind;
using cell::State;
using model::OutcomeKind;
using model::StepKind;
using trace::EventKind;

constexpr std::int64_t kStartPatience_ns = 60'000'000'000;
constexpr std::int64_t kBudgetMuch_ns = 300'000'000;
constexpr std::int64_t kBudgetLittle_ns = 30'000'000;

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

}  // namespace

RealRun::RealRun(Family& family, Packer& packer, const model::Script& script, const std::vector<int>& locks,
                 Patience patience)
    : family_(family),
      packer_(packer),
      script_(script),
      locks_(locks),
      observer_({family.host_pid()}),
      budget_ns_(patience == Patience::kMuch ? kBudgetMuch_ns : kBudgetLittle_ns) {
  trace_.virtual_time = false;
}

int RealRun::party_of(int actor) const {
  return cell::party_of(script_.actors[static_cast<std::size_t>(actor)].process, thread_of(script_, actor));
}

cell::Party& RealRun::party(int actor) const { return family_.cell().parties[party_of(actor)]; }

std::int64_t RealRun::now_ns() const { return monotonic_ns() - begun_ns_; }

bool RealRun::is_idle(int actor) const {
  const bool stopped = family_.cell().stopped[script_.actors[static_cast<std::size_t>(actor)].process] != 0;
  return party(actor).state.load(std::memory_order_acquire) == State::kIdle && !stopped;
}

model::Outcome RealRun::outcome_of(int actor) const {
  const cell::Party& from = party(actor);
  const OutcomeKind kind = from.outcome;
  if (kind > OutcomeKind::kHung) {
    throw replay::AdapterError(family_.complaint("says of a call what no call comes to"));
  }
  return {kind, text_of(from)};
}

void RealRun::record(EventKind kind, int step, int actor, model::Outcome outcome) {
  trace_.events.push_back({kind, step, actor, std::move(outcome), now_ns()});
}

trace::Trace RealRun::replay() {
  for (std::uint32_t& stopped : family_.cell().stopped) {
    stopped = 0;
  }
  begun_ns_ = monotonic_ns();
  for (int step = 0; step < static_cast<int>(script_.steps.size()); ++step) {
    if (script_.steps[static_cast<std::size_t>(step)].kind == StepKind::kRace) {
      step = take_race(step);
    } else {
      take_step(step);
    }
    settle();
    if (const auto& taken = script_.steps[static_cast<std::size_t>(step)]; taken.kind == StepKind::kPause) {
      record(EventKind::kDone, step, -1);
    }
  }
  record(EventKind::kEnded, -1, -1);
  return trace_;
}

void RealRun::take_step(int index) {
  const model::Step& step = script_.steps[static_cast<std::size_t>(index)];
  switch (step.kind) {
    case StepKind::kCall:
      is_idle(step.actor) ? issue_call(index) : record(EventKind::kSkipped, index, step.actor);
      break;
    case StepKind::kPause:
      pause(step.seconds.nanoseconds);
      break;
    case StepKind::kFork:
      take_actor_step(index, step.actor, CommandKind::kFork);
      break;
    case StepKind::kStartProcess:
      take_actor_step(index, step.actor, CommandKind::kStartProcess);
      break;
    case StepKind::kStartThread:
      take_actor_step(index, free_actor_of(step.process), CommandKind::kStartThread);
      break;
    case StepKind::kExit:
      take_actor_step(index, step.actor, CommandKind::kExit);
      break;
    case StepKind::kSignal:
      take_signal(index);
      break;
    case StepKind::kKill:
    case StepKind::kStop:
    case StepKind::kContinue:
      take_process_step(index);
      break;
    case StepKind::kClock:  // nobody's wall clock is changed for a test
      record(EventKind::kSkipped, index, -1);
      break;
    case StepKind::kExpectation:
      record(EventKind::kDone, index, -1);  // the moment of which it speaks
      break;
    case StepKind::kRace:
    case StepKind::kEnd:
      break;
  }
}

void RealRun::issue_call(int index) {
  const model::Step& step = script_.steps[static_cast<std::size_t>(index)];
  if (const auto death = family_.death_of(party_of(step.actor)); death.has_value()) {
    throw replay::AdapterError(family_.complaint("an actor ended outside a call (" + *death + ")"));
  }
  OpenCall call;
  call.step = index;
  call.actor = step.actor;
  call.invoked_event = trace_.events.size();
  call.work_at_start = work_of(party(step.actor).pid.load(), party(step.actor).tid.load());
  record(EventKind::kInvoked, index, step.actor);
  const std::int64_t timeout_ns = timeout_of(step.call);
  call.deadline_ns = timeout_ns == kNoTimeout ? kNoTimeout : now_ns() + timeout_ns;
  open_.push_back(call);
  command(index, step.actor, CommandKind::kCall);
}

void RealRun::command(int index, int actor, CommandKind kind) {
  const model::Step& step = script_.steps[static_cast<std::size_t>(index)];
  cell::Party& to = party(actor);
  const bool is_call = kind == CommandKind::kCall;
  const int new_party = step.new_actor >= 0 ? party_of(step.new_actor) : 0;
  to.command = {kind,
                static_cast<std::uint32_t>(index),
                is_call ? packer_.shape(step.call) : 0U,
                is_call ? static_cast<std::uint32_t>(locks_[static_cast<std::size_t>(step.call.lock)]) : 0U,
                static_cast<std::uint32_t>(cell::process_of(new_party)),
                static_cast<std::uint32_t>(new_party),
                step.handler_raises};
  to.state.store(State::kRunning, std::memory_order_release);
  base::give(to.go);
}

void RealRun::take_actor_step(int index, int actor, CommandKind kind) {
  const model::Step& step = script_.steps[static_cast<std::size_t>(index)];
  if (actor < 0 || !is_idle(actor)) {
    record(EventKind::kSkipped, index, actor);
    return;
  }
  cell::Cell& cell = family_.cell();
  cell.dirty[cell::process_of(party_of(actor))] = 1;
  if (step.new_actor >= 0) {
    cell.dirty[cell::process_of(party_of(step.new_actor))] = 1;
  }
  command(index, actor, kind);
  const State expected = kind == CommandKind::kExit ? State::kDead : State::kIdle;
  const std::int64_t until_ns = now_ns() + kStartPatience_ns;
  while (party(actor).state.load(std::memory_order_acquire) != expected) {
    if (now_ns() > until_ns) {
      throw replay::AdapterError(family_.complaint("an actor does not take its turn"));
    }
    (void)base::take(cell.parties[cell::kCoordinator].go, 1'000'000);
    if (interrupted()) {
      throw replay::Interrupted();
    }
    if (const auto death = family_.death_of(party_of(actor)); death.has_value() && kind != CommandKind::kExit) {
      throw replay::AdapterError(family_.complaint("an actor ended outside a call (" + *death + ")"));
    }
  }
  if (kind == CommandKind::kExit) {
    const int gone = party_of(actor);
    if (!family_.await_exit(gone)) {
      throw replay::AdapterError(family_.complaint("an actor that was told to leave did not"));
    }
    if (gone == cell::party_of(cell::process_of(gone), 0)) {
      cell::finish_process(cell, cell::process_of(gone));
    }
    record(EventKind::kDone, index, actor);
    collect_deaths();
  } else {
    if (step.new_actor >= 0 && party(actor).outcome != OutcomeKind::kRaised) {
      family_.await_arrival(party_of(step.new_actor));
    }
    record(EventKind::kDone, index, actor, outcome_of(actor));
  }
}

int RealRun::free_actor_of(int process) const {
  for (int actor = 0; actor < static_cast<int>(script_.actors.size()); ++actor) {
    if (script_.actors[static_cast<std::size_t>(actor)].process == process && is_idle(actor)) {
      return actor;
    }
  }
  return -1;
}

void RealRun::take_process_step(int index) {
  const model::Step& step = script_.steps[static_cast<std::size_t>(index)];
  cell::Cell& cell = family_.cell();
  pid_t pid = 0;
  for (int thread = 0; thread < cell::kThreadsMax; ++thread) {
    const cell::Party& one = cell.parties[cell::party_of(step.process, thread)];
    pid = one.state.load() == State::kAbsent || one.state.load() == State::kDead ? pid : one.pid.load();
  }
  if (pid == 0) {
    record(EventKind::kSkipped, index, -1);
    return;
  }
  if (step.kind == StepKind::kKill) {
    family_.kill_process(step.process);
    cell::finish_process(cell, step.process);
    std::erase_if(open_, [&](const OpenCall& call) {
      return script_.actors[static_cast<std::size_t>(call.actor)].process == step.process;
    });
  } else {
    const bool stops = step.kind == StepKind::kStop;
    cell.stopped[step.process] = stops;
    if (!is_below(pid, getpid())) {
      throw replay::AdapterError(family_.complaint("names a process that is not its own"));
    }
    kill(pid, stops ? SIGSTOP : SIGCONT);
    if (!wait_until_stopped(pid, stops, static_cast<int>(kStartPatience_ns / 1'000'000))) {
      throw replay::AdapterError(family_.complaint("a process neither stops nor goes on"));
    }
  }
  record(EventKind::kDone, index, -1);
}

void RealRun::take_signal(int index) {
  const model::Step& step = script_.steps[static_cast<std::size_t>(index)];
  const bool open =
      std::any_of(open_.begin(), open_.end(), [&](const OpenCall& call) { return call.actor == step.actor; });
  if (is_idle(step.actor)) {
    command(index, step.actor, CommandKind::kSignal);
    const std::int64_t until_ns = now_ns() + kStartPatience_ns;
    while (!is_idle(step.actor)) {
      if (now_ns() > until_ns || family_.death_of(party_of(step.actor)).has_value()) {
        throw replay::AdapterError(family_.complaint("an actor does not come back from a signal"));
      }
      (void)base::take(family_.cell().parties[cell::kCoordinator].go, 1'000'000);
      if (interrupted()) {
        throw replay::Interrupted();
      }
    }
    record(EventKind::kDone, index, step.actor, outcome_of(step.actor));
  } else if (open && !family_.cell().stopped[script_.actors[static_cast<std::size_t>(step.actor)].process]) {
    record(EventKind::kDone, index, step.actor);
    if (const pid_t pid = party(step.actor).pid.load(); is_below(pid, getpid())) {
      syscall(SYS_tgkill, pid, party(step.actor).tid.load(), step.handler_raises ? SIGUSR2 : SIGUSR1);
    }
  } else {
    record(EventKind::kSkipped, index, step.actor);
  }
}

// The calls are issued as fast as this process can; an actor that has more than one gets each when the last returned.
int RealRun::take_race(int race) {
  int index = race + 1;
  for (; script_.steps[static_cast<std::size_t>(index)].kind != StepKind::kEnd; ++index) {
    const model::Step& step = script_.steps[static_cast<std::size_t>(index)];
    if (step.kind != model::StepKind::kCall) {
      take_step(index);
      continue;
    }
    const bool joined_before = std::any_of(
        open_.begin(), open_.end(), [&](const OpenCall& call) { return call.actor == step.actor && call.step > race; });
    if (joined_before) {
      settle();
    }
    is_idle(step.actor) ? issue_call(index) : record(EventKind::kSkipped, index, step.actor);
  }
  return index;
}

}  // namespace lockstep::processes
