#pragma once

#include "harness/cell/layout.h"

// The running script: its beginning, its steps, its end. Functions that return a party have made it ready to run.
namespace lockstep::cell {

// Takes the next script of the batch. -1 if it began, kCoordinator if there is none or an actor is missing.
[[nodiscard]] int begin_script(Cell& cell);

// Takes the next step. -1 if that needed nobody to run, or the script is over and draining began.
[[nodiscard]] int next_step(Cell& cell);

// All calls are over.
void end_script(Cell& cell);

// The index, plus 1, of the next call that `actor` has left in the race; 0 if none.
[[nodiscard]] std::uint32_t race_call_of(const Cell& cell, int actor);
int begin_race_call(Cell& cell, int actor);

// Nothing in the race can go on: what was not begun is skipped.
void end_race(Cell& cell);

}  // namespace lockstep::cell
