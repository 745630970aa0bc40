#include "harness/cell/script_run.h"

#include <algorithm>

#include "harness/cell/faults.h"
#include "harness/cell/race.h"
#include "harness/cell/record.h"
#include "harness/cell/scheduler.h"
#include "harness/cell/semaphores.h"
#include "harness/cell/waiting.h"

namespace lockstep::cell {
namespace {

using model::OutcomeKind;
using model::StepKind;

State state_of(const Cell& cell, int party) { return cell.parties[party].state.load(std::memory_order_relaxed); }

int ask(Cell& cell, Request request) {
  cell.request = request;
  return kCoordinator;
}

// The step's number within its script.
std::uint32_t number_of(const Cell& cell, const Step& step) {
  return static_cast<std::uint32_t>(&step - cell.steps) - current_script(cell).first_step;
}

// Hands `actor` the step's command.
int dispatch(Cell& cell, const Step& step, int actor, CommandKind kind) {
  const int party_index = party_of_actor(cell, actor);
  Party& party = cell.parties[party_index];
  party.command = {kind, number_of(cell, step), step.shape, step.lock, step.process, 0, step.raises};
  party.script_actor = static_cast<std::uint32_t>(actor);
  party.blocked_reported = 0;
  // Set or cleared for each call: one that raises at once leaves it set, for a call of a later script to find.
  party.at_first_point = kind == CommandKind::kCall && cell.race_end != 0 ? 1 : 0;
  switch (kind) {
    case CommandKind::kCall:
      record(cell, EventKind::kInvoked, party.command.script_step, actor, OutcomeKind::kNone);
      break;
    case CommandKind::kFork:
    case CommandKind::kStartProcess:
    case CommandKind::kStartThread:
      party.command.party = static_cast<std::uint32_t>(party_of_actor(cell, step.new_actor));
      party.command.process = static_cast<std::uint32_t>(process_of(static_cast<int>(party.command.party)));
      cell.dirty[party.command.process] = 1;
      cell.dirty[process_of(party_index)] = 1;
      break;
    case CommandKind::kExit:
      cell.dirty[process_of(party_index)] = 1;
      break;
    default:
      break;
  }
  return resume(cell, party_index);
}

int done(Cell& cell, const Step& step, int actor) {
  record(cell, EventKind::kDone, number_of(cell, step), actor, OutcomeKind::kNone);
  return -1;
}

// `start thread d in Q` has no actor of its own: the first of Q's that is free does it.
int free_actor_of(const Cell& cell, int process) {
  const Script& script = current_script(cell);
  for (int actor = 0; actor < script.actors; ++actor) {
    if (script.actor_process[actor] == process && is_free(cell, party_of_actor(cell, actor))) {
      return actor;
    }
  }
  return -1;
}

bool process_lives(const Cell& cell, int process) {
  for (int thread = 0; thread < kThreadsMax; ++thread) {
    const State state = state_of(cell, party_of(process, thread));
    if (state != State::kAbsent && state != State::kDead) {
      return true;
    }
  }
  return false;
}

int take_signal(Cell& cell, const Step& step) {
  const int party_index = party_of_actor(cell, step.actor);
  Party& party = cell.parties[party_index];
  if (is_free(cell, party_index)) {
    return dispatch(cell, step, step.actor, CommandKind::kSignal);
  }
  if (state_of(cell, party_index) != State::kBlocked || cell.stopped[process_of(party_index)]) {
    return skip(cell, step, step.actor);
  }
  done(cell, step, step.actor);
  party.pending_signal = step.raises ? 2 : 1;
  party.wake = Wake::kInterrupted;
  return resume(cell, party_index);
}

int take_actor_step(Cell& cell, const Step& step, CommandKind kind) {
  const bool free = is_free(cell, party_of_actor(cell, step.actor));
  return free ? dispatch(cell, step, step.actor, kind) : skip(cell, step, step.actor);
}

int take_process_step(Cell& cell, const Step& step) {
  if (!process_lives(cell, step.process)) {
    return skip(cell, step, -1);
  }
  if (step.kind == StepKind::kKill) {
    cell.request_process = step.process;
    cell.request_step = number_of(cell, step);
    return ask(cell, Request::kKill);
  }
  const bool was_stopped = cell.stopped[step.process] != 0;
  cell.stopped[step.process] = step.kind == StepKind::kStop;
  if (was_stopped && step.kind == StepKind::kContinue) {
    wait_again(cell, step.process);
  }
  return done(cell, step, -1);
}

// Time passes deadline by deadline, so that a waiter that expires on the way runs at its own time.
int take_pause(Cell& cell, const Step& step) {
  if (cell.pause_until_ns < 0) {
    cell.pause_until_ns = cell.now_ns + std::min(step.duration_ns, kNever - cell.now_ns);
  }
  const std::int64_t expiry = next_expiry_ns(cell);
  if (expiry <= cell.pause_until_ns) {
    cell.now_ns = std::max(cell.now_ns, expiry);
    return -1;
  }
  cell.now_ns = cell.pause_until_ns;
  cell.pause_until_ns = -1;
  ++cell.pc;
  return done(cell, step, -1);
}

int take_step(Cell& cell, const Step& step) {
  switch (step.kind) {
    case StepKind::kCall:
      return take_actor_step(cell, step, CommandKind::kCall);
    case StepKind::kFork:
      return take_actor_step(cell, step, CommandKind::kFork);
    case StepKind::kStartProcess:
      return take_actor_step(cell, step, CommandKind::kStartProcess);
    case StepKind::kExit:
      return take_actor_step(cell, step, CommandKind::kExit);
    case StepKind::kStartThread: {
      const int actor = free_actor_of(cell, step.process);
      return actor < 0 ? skip(cell, step, -1) : dispatch(cell, step, actor, CommandKind::kStartThread);
    }
    case StepKind::kSignal:
      return take_signal(cell, step);
    case StepKind::kKill:
      return take_event_step(cell, step);
    case StepKind::kStop:
    case StepKind::kContinue:
      return take_process_step(cell, step);
    case StepKind::kClock:
      return take_event_step(cell, step);
    case StepKind::kRace:
      return begin_race(cell, step);
    case StepKind::kExpectation:
      return done(cell, step, -1);  // the moment of which it speaks
    case StepKind::kPause:
    case StepKind::kEnd:
      break;
  }
  return -1;
}

}  // namespace

bool is_free(const Cell& cell, int party) {
  return state_of(cell, party) == State::kIdle && !cell.stopped[process_of(party)];
}

int skip(Cell& cell, const Step& step, int actor) {
  record(cell, EventKind::kSkipped, number_of(cell, step), actor, OutcomeKind::kNone);
  return -1;
}

int begin_call(Cell& cell, const Step& step) { return dispatch(cell, step, step.actor, CommandKind::kCall); }

int take_event_step(Cell& cell, const Step& step) {
  if (step.kind == StepKind::kKill) {
    return take_process_step(cell, step);
  }
  cell.wall_offset_ns += std::min(step.duration_ns, kWallOffsetMax_ns - cell.wall_offset_ns);
  return done(cell, step, -1);
}

int begin_script(Cell& cell) {
  if (cell.current >= cell.scripts_loaded) {
    return ask(cell, Request::kBatchDone);
  }
  if (const char* const field = fault(cell); field != nullptr) {
    return refuse(cell, field);  // next() looked at the one before
  }
  Script& script = current_script(cell);
  if (cell.current > 0 && cell.texts_used + script.steps > kTextsMax) {
    return ask(cell, Request::kBatchDone);  // every step may come to a text of its own
  }
  bool ready = true;
  for (int actor = 0; actor < script.actors; ++actor) {
    const int process = script.actor_process[actor];
    const State state = state_of(cell, party_of(process, script.actor_thread[actor]));
    // In the place of an actor that a step starts, an earlier script may have left another.
    ready = ready && state == (script.started_by_step[actor] ? State::kAbsent : State::kIdle);
  }
  for (int process = 0; process < kProcessesMax; ++process) {
    ready = ready && !cell.dirty[process];
    cell.stopped[process] = 0;
  }
  if (!ready) {
    return ask(cell, Request::kActorsNeeded);
  }
  reset_semaphores(cell);
  script.first_event = cell.events_used;
  script.first_choice = cell.choices_used;
  script.choices = script.misfit = 0;
  script.exhausted = 0;
  cell.pc = script.first_step;
  cell.now_ns = cell.wall_offset_ns = 0;
  cell.pause_until_ns = -1;
  cell.wait_orders = cell.choices_in_step = 0;
  cell.race_end = cell.draining = 0;
  cell.running_script = 1;
  ++cell.epoch;
  return -1;
}

int next_step(Cell& cell) {
  const Script& script = current_script(cell);
  if (cell.pc >= script.first_step + script.steps) {
    record(cell, EventKind::kEnded, static_cast<std::uint32_t>(-1), -1, OutcomeKind::kNone);
    cell.draining = 1;
    return -1;
  }
  const Step& step = cell.steps[cell.pc];
  if (!is_sound(step)) {
    return refuse(cell, "steps");
  }
  if (step.kind == StepKind::kPause) {
    return take_pause(cell, step);
  }
  ++cell.pc;
  cell.choices_in_step = 0;
  return take_step(cell, step);
}

void end_script(Cell& cell) {
  Script& script = current_script(cell);
  script.events = cell.events_used - script.first_event;
  if (script.misfit == 0 && script.choices < script.pinned) {
    script.misfit = script.choices + 1;
  }
  ++cell.current;
  cell.running_script = 0;
  cell.draining = 0;
}

void all_idle(Cell& cell) {
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    cell.parties[party_of_actor(cell, actor)].state.store(State::kIdle);
  }
}

void begin_batch(Cell& cell) {
  cell.current = 0;
  cell.running_script = 0;
  cell.events_used = cell.choices_used = 0;
  cell.request = Request::kNone;
}

}  // namespace lockstep::cell
