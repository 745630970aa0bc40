#include "harness/shim/virtual_wait.h"

#include <csignal>
#include <utility>

#include "harness/cell/hand_over.h"

namespace lockstep::shim {

void attached(ActorThread&) {}

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
