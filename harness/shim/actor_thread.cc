#include "harness/shim/actor_thread.h"

#include <csignal>
#include <utility>

#include "harness/cell/hand_over.h"
#include "harness/cell/region.h"

namespace lockstep::shim {

ActorThread& this_thread() {
  static thread_local ActorThread thread;
  return thread;
}

void point(ActorThread& thread) {
  cell::Cell& cell = *thread.cell;
  cell::Party& party = cell.parties[thread.party];
  if (cell.race_end == 0 || cell.draining || std::exchange(party.at_first_point, 0) != 0) {
    return;
  }
  party.state.store(cell::State::kPoint, std::memory_order_relaxed);
  cell::hand_over(cell, thread.party);
}

cell::Wake wait(ActorThread& thread, std::uint64_t key, std::int64_t deadline_ns, bool on_wall_clock) {
  cell::Cell& cell = *thread.cell;
  cell::Party& party = cell.parties[thread.party];
  if (cell.draining) {
    return cell::Wake::kCancelled;
  }
  cell::begin_wait(cell, thread.party, key, deadline_ns, on_wall_clock);
  cell::hand_over(cell, thread.party);
  if (party.wake == cell::Wake::kInterrupted) {
    raise(party.pending_signal == 2 ? SIGUSR2 : SIGUSR1);
  }
  return party.wake;
}

}  // namespace lockstep::shim

// The actor library finds this by name; without it there is no shim in the process.
extern "C" __attribute__((visibility("default"))) void lockstep_shim_attach(lockstep::cell::Cell* cell, int party) {
  lockstep::shim::this_thread() = {cell, party};
}

// Maps the cell before anything else runs, so that even the locks that a module makes at import are in it.
__attribute__((constructor)) static void map_cell() { (void)lockstep::cell::from_environment(); }
