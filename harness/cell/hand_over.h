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
    cell.request = Request::kGoOn;
    cell.request_party = static_cast<std::uint32_t>(to);
    to = kCoordinator;
  }
  if (cell.mode == Mode::kReported && to < kHostParty) {
    cell.reports.dispatched = static_cast<std::uint32_t>(to);
    cell.reports.running.fetch_add(1);
  }
  cell.handovers.fetch_add(1, std::memory_order_relaxed);
  base::give(cell.parties[to].go);
}

// Mode::kReported: the calling party is at rest, or about to wait. The last one to be so tells the coordinator.
inline void rest(Cell& cell) {
  if (cell.reports.running.fetch_sub(1) == 1) {
    cell.handovers.fetch_add(1, std::memory_order_relaxed);
    base::give(cell.parties[kCoordinator].go);
  }
}

// Lets the coordinator run. Of parties that it dispatched several may run at once, so that it waits for all of them.
inline void pass_to_coordinator(Cell& cell, int me) {
  cell.mode == Mode::kReported&& me < kHostParty ? rest(cell) : pass(cell, kCoordinator);
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
