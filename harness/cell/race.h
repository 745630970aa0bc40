#pragma once

#include "harness/cell/layout.h"

// `race ... end`: its calls are issued together. Before a call comes to its end, and between two of an actor, any other
// actor may take steps of its own, as fine as the calls of sem_* that it makes; a waiter's deadline may pass; and a
// `kill` or `clock` that stands in the race may come. What happens is a choice each time (choices.h).
//
// Within one process only the thread that has the interpreter's lock runs: one that is parked at a kPoint has it.
// What a thread does up to its first call of sem_* concerns nobody else, so beginning a call and coming to that point
// are one step, and so are its last call of sem_* and returning.
namespace lockstep::cell {

// Begins the race whose `race` step is `step`. An actor that is not free now takes no part, even if the race frees it;
// its calls count as skipped. Returns -1, or kCoordinator if the script has no end of it (faults.h).
[[nodiscard]] int begin_race(Cell& cell, const Step& step);

// Lets something happen. Returns the party that is to run; -1 if nobody needs to, or the race is over.
[[nodiscard]] int next_in_race(Cell& cell);

}  // namespace lockstep::cell
