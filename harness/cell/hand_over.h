#pragma once

#include "harness/cell/scheduler.h"

namespace lockstep::cell {

// Lets whoever is next run, and returns when it is the turn of `me` again.
inline void hand_over(Cell& cell, int me) {
  const int to = next(cell);
  if (to != me) {
    cell.handovers.fetch_add(1, std::memory_order_relaxed);
    base::give(cell.parties[to].go);
    base::take_or_die(cell.parties[me].go, cell.coordinator_pid);
  }
}

}  // namespace lockstep::cell
