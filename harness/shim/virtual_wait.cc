#include "harness/shim/virtual_wait.h"

#include <csignal>
#include <utility>

#include "harness/cell/hand_over.h"
#include "harness/cell/sightings.h"
#include "harness/shim/real.h"

namespace lockstep::shim {

namespace {

// Where actors are fibers, what switches between them.
void (*g_hand_over)(int me, bool holds_interpreter) = nullptr;

void hand_over(const ActorThread& thread, bool holds_interpreter) {
  g_hand_over != nullptr ? g_hand_over(thread.party, holds_interpreter) : cell::hand_over(*thread.cell, thread.party);
}

std::uint32_t others_at_points(const cell::Cell& cell) {
  std::uint32_t others = 0;
  for (int actor = 0; actor < cell.scripts[cell.current].actors; ++actor) {
    const cell::Party& other = cell.parties[cell::party_of_actor(cell, actor)];
    others += other.state.load(std::memory_order_relaxed) == cell::State::kPoint ? 1 : 0;
  }
  return others;
}

}  // namespace

void attached(ActorThread&) {}

void point(ActorThread& thread) {
  cell::Cell& cell = *thread.cell;
  cell::Party& party = cell.parties[thread.party];
  if (cell.race_end == 0 || cell.draining || std::exchange(party.at_first_point, 0) != 0) {
    return;
  }
  cell::sight(cell, cell::Sighting::kPoint, others_at_points(cell), 0);
  party.state.store(cell::State::kPoint, std::memory_order_relaxed);
  hand_over(thread, true);
}

cell::Wake wait(ActorThread& thread, std::uint64_t key, std::int64_t deadline_ns, bool on_wall_clock) {
  cell::Cell& cell = *thread.cell;
  cell::Party& party = cell.parties[thread.party];
  if (cell.draining) {
    return cell::Wake::kCancelled;
  }
  cell::begin_wait(cell, thread.party, key, deadline_ns, on_wall_clock);
  hand_over(thread, false);
  cell::sight(cell, cell::Sighting::kEnd, static_cast<std::uint32_t>(party.wake), deadline_ns == cell::kNever ? 0 : 1);
  if (party.wake == cell::Wake::kInterrupted) {
    raise(party.pending_signal == 2 ? SIGUSR2 : SIGUSR1);
  }
  return party.wake;
}

}  // namespace lockstep::shim

// The actor library finds this by name. From now on `hand_over` is called where an actor would hand the baton on and
// wait for it; it is told whether the actor holds its interpreter's lock.
LOCKSTEP_EXPORT void lockstep_shim_on_hand_over(void (*hand_over)(int me, bool holds_interpreter)) {
  lockstep::shim::g_hand_over = hand_over;
}
