#include "harness/cell/race.h"

#include <algorithm>

#include "harness/cell/choices.h"
#include "harness/cell/faults.h"
#include "harness/cell/scheduler.h"
#include "harness/cell/script_run.h"
#include "harness/cell/waiting.h"
#include "harness/model/chance.h"
#include "harness/model/choice.h"

namespace lockstep::cell {
namespace {

using model::StepKind;

// The number of an option: an actor's next step, the expiry of its wait, or a step of the race that is nobody's call.
constexpr std::uint8_t kExpiryOption = kActorsMax;
constexpr std::uint8_t kEventOption = 2 * kActorsMax;

struct Options {
  std::uint8_t numbers[kOptionsMax];
  std::uint32_t count = 0;
  std::uint8_t kinds = 0;

  void add(int number, model::ChoiceKind kind) {
    numbers[count++] = static_cast<std::uint8_t>(number);
    kinds |= kind;
  }
};

State state_of(const Cell& cell, int party) { return cell.parties[party].state.load(std::memory_order_relaxed); }

// The index, plus 1, of the next step of the race from `from` on that `wanted` accepts; 0 if there is none.
template <typename Wanted>
std::uint32_t find(const Cell& cell, std::uint32_t from, Wanted wanted) {
  for (std::uint32_t step = from; step + 1 < cell.race_end; ++step) {
    if (wanted(cell.steps[step])) {
      return step + 1;
    }
  }
  return 0;
}

std::uint32_t next_call_of(const Cell& cell, int actor) {
  return !cell.race_joined[actor] ? 0 : find(cell, cell.race_next[actor], [actor](const Step& step) {
    return step.kind == StepKind::kCall && step.actor == actor;
  });
}

std::uint32_t next_event(const Cell& cell) {
  return find(cell, cell.race_next_event, [](const Step& step) { return step.kind != StepKind::kCall; });
}

// Its process has other threads in this script: it needs the interpreter's lock to return from a wait.
bool shares_process(const Cell& cell, int actor) {
  const Script& script = current_script(cell);
  return std::count(script.actor_process, script.actor_process + script.actors, script.actor_process[actor]) > 1;
}

bool can_run(const Cell& cell, int actor) {
  const int party = party_of_actor(cell, actor);
  switch (state_of(cell, party)) {
    case State::kBlocked:
      return !cell.stopped[process_of(party)] && can_be_granted(cell, party);
    case State::kPoint:
    case State::kWoken:
      return interpreter_is_free(cell, party);
    case State::kIdle:
      return interpreter_is_free(cell, party) && next_call_of(cell, actor) != 0;
    case State::kAbsent:
    case State::kRunning:
    case State::kDead:
      break;
  }
  return false;
}

void add_runs(const Cell& cell, Options& options) {
  const int last = cell.race_running;
  if (last >= 0 && can_run(cell, last)) {
    options.add(last, model::kRun);
    options.kinds |= model::kPreempts;
  }
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    if (actor != last && can_run(cell, actor)) {
      options.add(actor, model::kRun);
    }
  }
}

// One that has expired and whose thread is yet to get the interpreter's lock: it must not be late.
bool any_expired(const Cell& cell) {
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    const int party = party_of_actor(cell, actor);
    if (state_of(cell, party) == State::kWoken && cell.parties[party].wake == Wake::kTimedOut) {
      return true;
    }
  }
  return false;
}

// Of the waits those that end first: a later one can't end before them.
void add_expiries(const Cell& cell, Options& options) {
  std::int64_t earliest = kNever;
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    earliest = std::min(earliest, expiry_ns(cell, party_of_actor(cell, actor)));
  }
  if (earliest == kNever || (earliest > cell.now_ns && any_expired(cell))) {
    return;
  }
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    if (expiry_ns(cell, party_of_actor(cell, actor)) == earliest) {
      options.add(kExpiryOption + actor, model::kExpiry);
    }
  }
}

// A wait of it is over. Where its process has other threads, it must get the interpreter's lock back first, and they
// may be faster.
int end_wait(Cell& cell, int actor, Wake wake) {
  const int party = party_of_actor(cell, actor);
  cell.parties[party].wake = wake;
  if (!shares_process(cell, actor)) {
    return resume(cell, party);
  }
  cell.parties[party].state.store(State::kWoken, std::memory_order_relaxed);
  return -1;
}

int run(Cell& cell, int actor) {
  const int party = party_of_actor(cell, actor);
  cell.race_running = actor;
  switch (state_of(cell, party)) {
    case State::kBlocked:
      take_value(cell, party);
      return end_wait(cell, actor, Wake::kGranted);
    case State::kIdle: {
      const std::uint32_t call = next_call_of(cell, actor);
      cell.race_next[actor] = call;
      return begin_call(cell, cell.steps[call - 1]);
    }
    default:
      return resume(cell, party);
  }
}

int expire(Cell& cell, int actor) {
  cell.now_ns = std::max(cell.now_ns, expiry_ns(cell, party_of_actor(cell, actor)));
  cell.race_running = actor;
  return end_wait(cell, actor, Wake::kTimedOut);
}

int take_event(Cell& cell) {
  const std::uint32_t event = next_event(cell);
  if (!is_sound(cell.steps[event - 1])) {
    return refuse(cell, "steps");
  }
  cell.race_next_event = event;
  return take_event_step(cell, cell.steps[event - 1]);
}

// Nothing in the race can go on: what was not begun is skipped.
void end_race(Cell& cell) {
  for (std::uint32_t step = cell.race_first; step + 1 < cell.race_end; ++step) {
    const Step& call = cell.steps[step];
    if (call.kind == StepKind::kCall && step >= cell.race_next[call.actor % kActorsMax]) {
      skip(cell, call, call.actor);
    }
  }
  cell.pc = cell.race_end;
  cell.race_end = 0;
}

}  // namespace

int begin_race(Cell& cell, const Step& step) {
  const auto first = static_cast<std::uint32_t>(&step - cell.steps) + 1;
  const std::uint32_t limit = current_script(cell).first_step + current_script(cell).steps;
  std::uint32_t end = first;
  while (end < limit && is_sound(cell.steps[end]) && cell.steps[end].kind != StepKind::kEnd) {
    ++end;
  }
  if (end == limit || cell.steps[end].kind != StepKind::kEnd) {
    return refuse(cell, "steps");
  }
  cell.race_first = cell.race_next_event = first;
  cell.race_end = end + 1;
  cell.race_running = -1;
  cell.race_horizon = 3 * (end - first);  // CPython calls sem_* once or twice a call
  cell.decisions = 0;
  std::fill_n(cell.lowered, kOptionsMax, 0);
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    cell.race_joined[actor] = is_free(cell, party_of_actor(cell, actor));
    cell.race_next[actor] = first;
  }
  return -1;
}

int next_in_race(Cell& cell) {
  Options options;
  add_runs(cell, options);
  const bool someone_runs = options.count > 0;
  if (someone_runs) {
    add_expiries(cell, options);
  }
  if (const std::uint32_t event = next_event(cell); event != 0) {
    options.add(kEventOption, cell.steps[event - 1].kind == StepKind::kKill ? model::kDeath : model::kClockStep);
  }
  if (options.count == 0 || cell.decisions == model::kDecisionsMax) {
    current_script(cell).exhausted = options.count > 0;
    end_race(cell);
    return -1;
  }
  const std::uint8_t option = options.numbers[choose_next(cell, options.numbers, options.count, options.kinds)];
  ++cell.decisions;
  if (option >= kEventOption) {
    return take_event(cell);
  }
  return option >= kExpiryOption ? expire(cell, option - kExpiryOption) : run(cell, option);
}

}  // namespace lockstep::cell
