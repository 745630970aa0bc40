#include "harness/cell/scheduler.h"

#include "harness/cell/choices.h"
#include "harness/cell/record.h"
#include "harness/cell/script_run.h"
#include "harness/cell/waiting.h"

namespace lockstep::cell {
namespace {

// In a race any call may take its next step, and who does is a choice. A party parked at a kPoint holds its
// interpreter's lock, so no other thread of its process can run before it.
int next_in_race(Cell& cell) {
  int enabled[kActorsMax];
  std::uint32_t count = 0;
  const Script& script = cell.scripts[cell.current];
  for (int actor = 0; actor < script.actors; ++actor) {
    const int party = party_of_actor(cell, actor);
    if (!interpreter_is_free(cell, party)) {
      continue;
    }
    const State state = cell.parties[party].state.load(std::memory_order_relaxed);
    const bool can_run = state == State::kPoint || state == State::kWoken ||
                         (state == State::kBlocked && can_be_granted(cell, party)) ||
                         (state == State::kIdle && race_call_of(cell, actor) != 0);
    if (can_run) {
      enabled[count++] = actor;
    }
  }
  if (count == 0) {
    return -1;
  }
  const int actor = enabled[choose(cell, count)];
  const int party = party_of_actor(cell, actor);
  switch (cell.parties[party].state.load(std::memory_order_relaxed)) {
    case State::kBlocked:
      return grant(cell, party);
    case State::kIdle:
      return begin_race_call(cell, actor);
    default:
      return resume(cell, party);
  }
}

}  // namespace

int next(Cell& cell) {
  for (;;) {
    if (cell.request != Request::kNone) {
      return kCoordinator;
    }
    if (!cell.running_script) {
      if (const int party = begin_script(cell); party >= 0) {
        return party;
      }
      continue;
    }
    if (cell.race_end != 0) {
      if (const int party = next_in_race(cell); party >= 0) {
        return party;
      }
      end_race(cell);
      continue;
    }
    if (const int party = next_runnable(cell); party >= 0) {
      return party;
    }
    if (cell.draining) {
      end_script(cell);
    } else if (const int party = next_step(cell); party >= 0) {
      return party;
    }
  }
}

}  // namespace lockstep::cell
