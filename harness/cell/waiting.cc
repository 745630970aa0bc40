#include "harness/cell/waiting.h"

#include <algorithm>

#include "harness/cell/choices.h"
#include "harness/cell/record.h"
#include "harness/cell/scheduler.h"
#include "harness/cell/sightings.h"

namespace lockstep::cell {
namespace {

constexpr std::int64_t kTick_ns = 1000;

State state_of(const Cell& cell, int party) { return cell.parties[party].state.load(std::memory_order_relaxed); }

bool is_semaphore(std::uint64_t key) { return key < kSemaphoresMax; }

int wake_as(Cell& cell, int party, Wake wake) {
  cell.parties[party].wake = wake;
  return resume(cell, party);
}

// Its deadline on the script's own clock.
std::int64_t deadline_now_ns(const Cell& cell, const Party& party) {
  // What an actor asks for before the script's beginning has passed.
  const std::int64_t deadline_ns = std::max<std::int64_t>(party.deadline_ns, 0);
  if (deadline_ns == kNever) {
    return kNever;
  }
  return deadline_ns - (party.deadline_on_wall_clock ? kWallEpoch_ns + cell.wall_offset_ns : kMonotonicEpoch_ns);
}

// The waiters of `key` that can be woken, oldest first: a stop takes a process out of the kernel's queues. Returns how
// many.
std::uint32_t waiters_of(const Cell& cell, std::uint64_t key, int* waiters) {
  std::uint32_t count = 0;
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    const int party = party_of_actor(cell, actor);
    if (state_of(cell, party) != State::kBlocked || cell.parties[party].wait_key != key ||
        cell.stopped[process_of(party)]) {
      continue;
    }
    std::uint32_t place = count++;
    for (; place > 0 && cell.parties[waiters[place - 1]].wait_order > cell.parties[party].wait_order; --place) {
      waiters[place] = waiters[place - 1];
    }
    waiters[place] = party;
  }
  return count;
}

int next_granted(Cell& cell) {
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    const int party = party_of_actor(cell, actor);
    if (!can_be_granted(cell, party)) {
      continue;
    }
    int waiters[kActorsMax];
    const std::uint32_t count = waiters_of(cell, cell.parties[party].wait_key, waiters);
    std::uint32_t ready = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (interpreter_is_free(cell, waiters[i])) {
        waiters[ready++] = waiters[i];
      }
    }
    if (ready > 0) {
      const int waiter = waiters[choose_waiter(cell, ready)];
      take_value(cell, waiter);
      return wake_as(cell, waiter, Wake::kGranted);
    }
  }
  return -1;
}

int next_expired(Cell& cell) {
  int earliest = -1;
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    const int party = party_of_actor(cell, actor);
    if (state_of(cell, party) != State::kBlocked || !expired(cell, cell.parties[party]) ||
        !interpreter_is_free(cell, party)) {
      continue;
    }
    if (earliest < 0) {
      earliest = party;
      continue;
    }
    const std::int64_t mine = deadline_now_ns(cell, cell.parties[party]);
    const std::int64_t best = deadline_now_ns(cell, cell.parties[earliest]);
    if (mine < best || (mine == best && cell.parties[party].wait_order < cell.parties[earliest].wait_order)) {
      earliest = party;
    }
  }
  return earliest < 0 ? -1 : wake_as(cell, earliest, Wake::kTimedOut);
}

}  // namespace

bool expired(const Cell& cell, const Party& party) { return deadline_now_ns(cell, party) <= cell.now_ns; }

bool interpreter_is_free(const Cell& cell, int party) {
  const int process = process_of(party);
  if (cell.stopped[process] && !cell.draining) {
    return false;
  }
  if (cell.race_end == 0) {
    return true;
  }
  for (int other = party_of(process, 0); other < party_of(process + 1, 0); ++other) {
    if (other != party && state_of(cell, other) == State::kPoint) {
      return false;
    }
  }
  return true;
}

bool can_be_granted(const Cell& cell, int party) {
  const std::uint64_t key = cell.parties[party].wait_key;
  return state_of(cell, party) == State::kBlocked && is_semaphore(key) && cell.semaphores[key].value > 0;
}

void take_value(Cell& cell, int party) { --cell.semaphores[cell.parties[party].wait_key % kSemaphoresMax].value; }

int resume(Cell& cell, int party) {
  cell.parties[party].state.store(State::kRunning, std::memory_order_relaxed);
  return party;
}

int next_runnable(Cell& cell) {
  const Script& script = current_script(cell);
  bool anyone = false;
  for (int actor = 0; actor < script.actors; ++actor) {
    const int party = party_of_actor(cell, actor);
    const State state = state_of(cell, party);
    anyone = anyone || state == State::kBlocked;
    if ((state == State::kWoken || state == State::kPoint) && interpreter_is_free(cell, party)) {
      return resume(cell, party);
    }
  }
  if (!anyone) {
    return -1;
  }
  if (cell.draining) {
    for (int actor = 0; actor < script.actors; ++actor) {
      if (state_of(cell, party_of_actor(cell, actor)) == State::kBlocked) {
        return wake_as(cell, party_of_actor(cell, actor), Wake::kCancelled);
      }
    }
  }
  const int granted = next_granted(cell);
  return granted >= 0 ? granted : next_expired(cell);
}

std::int64_t expiry_ns(const Cell& cell, int party) {
  if (state_of(cell, party) != State::kBlocked || (cell.stopped[process_of(party)] && !cell.draining)) {
    return kNever;
  }
  const std::int64_t deadline = deadline_now_ns(cell, cell.parties[party]);
  return deadline > kNever - kTick_ns ? kNever : (deadline + kTick_ns - 1) / kTick_ns * kTick_ns;
}

std::int64_t next_expiry_ns(const Cell& cell) {
  std::int64_t earliest = kNever;
  for (int actor = 0; actor < actors_of(cell); ++actor) {
    earliest = std::min(earliest, expiry_ns(cell, party_of_actor(cell, actor)));
  }
  return earliest;
}

void begin_wait(Cell& cell, int party_index, std::uint64_t key, std::int64_t deadline_ns, bool on_wall_clock) {
  Party& party = cell.parties[party_index];
  party.state.store(State::kBlocked, std::memory_order_relaxed);
  party.wait_key = key;
  party.deadline_ns = deadline_ns;
  party.deadline_on_wall_clock = on_wall_clock;
  party.wait_order = ++cell.wait_orders;
  int waiters[kActorsMax];
  sight(cell, Sighting::kWait, deadline_ns == kNever ? 0 : 1, waiters_of(cell, key, waiters));
  if (!party.blocked_reported) {
    party.blocked_reported = 1;
    record(cell, EventKind::kBlocked, party.command.script_step, static_cast<int>(party.script_actor),
           model::OutcomeKind::kNone);
  }
}

void wait_again(Cell& cell, int process) {
  for (int party_index = party_of(process, 0); party_index < party_of(process + 1, 0); ++party_index) {
    Party& party = cell.parties[party_index];
    if (state_of(cell, party_index) != State::kBlocked) {
      continue;
    }
    if (is_semaphore(party.wait_key)) {
      party.wait_order = ++cell.wait_orders;
    } else {
      party.wake = Wake::kGranted;
      party.state.store(State::kWoken, std::memory_order_relaxed);
    }
  }
}

int wake(Cell& cell, std::uint64_t key, int count) {
  int woken = 0;
  int waiters[kActorsMax];
  for (; woken < count; ++woken) {
    const std::uint32_t waiting = waiters_of(cell, key, waiters);
    if (waiting == 0) {
      break;
    }
    Party& party = cell.parties[waiters[choose_waiter(cell, waiting)]];
    party.wake = Wake::kGranted;
    party.state.store(State::kWoken, std::memory_order_relaxed);
  }
  return woken;
}

}  // namespace lockstep::cell
