#pragma once

#include "harness/cell/layout.h"

// The running script: its beginning, its steps, its end. Functions that return a party have made it ready to run; -1
// says that nobody needs to.
namespace lockstep::cell {

// Takes the next script of the batch. -1 if it began, kCoordinator if there is none, or no room for what it comes to,
// or an actor is missing.
[[nodiscard]] int begin_script(Cell& cell);

// Takes the next step. -1 if that needed nobody to run, or the script is over and draining began.
[[nodiscard]] int next_step(Cell& cell);

// All calls are over.
void end_script(Cell& cell);

// It waits for a command and its process is not stopped.
[[nodiscard]] bool is_free(const Cell& cell, int party);

// Commands the step's actor to make its call. REQUIRES: is_free().
int begin_call(Cell& cell, const Step& step);

// Takes a `kill` or a `clock`, within a race or without.
int take_event_step(Cell& cell, const Step& step);

// Records that the step was not taken; -1.
int skip(Cell& cell, const Step& step, int actor);

}  // namespace lockstep::cell
