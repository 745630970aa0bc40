#pragma once

#include "harness/cell/scheduler.h"

namespace lockstep::cell {

// Waits until it is the turn of `me`.
inline void await_turn(Cell& cell, int me) {
  Party& party = cell.parties[me];
  party.unguarded ? base::take_or_die(party.go, cell.coordinator_pid) : base::take(party.go);
}

// Lets `to`, whom next() named, run.
inline void pass(Cell& cell, int to) {
  if (cell.parties[to].kept) {
    cell.request = Request::kAnswer;
    cell.request_party = static_cast<std::uint32_t>(to);
    to = kCoordinator;
  }
  cell.handovers.fetch_add(1, std::memory_order_relaxed);
  base::give(cell.parties[to].go);
}

// Lets whoever is next run, and returns when it is the turn of `me` again.
inline void hand_over(Cell& cell, int me) {
  const int to = next(cell);
  if (to != me) {
    pass(cell, to);
    await_turn(cell, me);
  }
}

}  // namespace lockstep::cell
