#pragma once

#include "harness/cell/layout.h"

namespace lockstep::cell {

// Appends an event of the running script. The scripts of a batch leave room for three events a step.
void record(Cell& cell, EventKind kind, std::uint32_t step, int actor, std::uint32_t outcome);

// As above, for an outcome that needs no text.
inline void record(Cell& cell, EventKind kind, std::uint32_t step, int actor, model::OutcomeKind outcome) {
  record(cell, kind, step, actor, static_cast<std::uint32_t>(outcome));
}

}  // namespace lockstep::cell
