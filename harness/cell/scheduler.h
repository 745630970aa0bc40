#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "harness/cell/layout.h"

// The scheduler: a pure function of the cell. Whoever holds the baton and has finished its part calls next() and hands
// the baton to the party that it names. Nobody else runs meanwhile, so "every call still open is blocked" is never
// detected: it holds whenever next() takes the following step of the script.
namespace lockstep::cell {

// Decides who runs next and prepares the cell for it. Returns a party; kCoordinator when the batch is done or something
// is needed that only the coordinator can do (cell.request says what).
[[nodiscard]] int next(Cell& cell);

// Starts a batch: scripts[0 .. scripts_loaded). The baton must be with the caller, who then calls next().
void begin_batch(Cell& cell);

// Every actor of the script that is to run is there and idle: so it is where actors are fibers.
void all_idle(Cell& cell);

// The call of `party` came to party.outcome and party.text. Records it; the party is idle again.
void finish_call(Cell& cell, int party);

// `party` did a command other than a call.
void finish_command(Cell& cell, int party);

// The process died or hung inside its call (or nothing is known of its call, if it was idle): its parties are dead.
void finish_process(Cell& cell, int process_slot);

// `party` begins to wait. Returns after recording; the caller then hands over.
void begin_wait(Cell& cell, int party, std::uint64_t key, std::int64_t deadline_ns, bool on_wall_clock);

// Wakes at most `count` waiters of `key`, picked by the chooser; they run when they are scheduled. Returns how many.
int wake(Cell& cell, std::uint64_t key, int count);

// Is its deadline, if it has one, not after the present?
[[nodiscard]] bool expired(const Cell& cell, const Party& party);

// Puts a text (a repr, an exception) into the table of outcomes; what it returns goes into Event::outcome.
[[nodiscard]] std::uint32_t intern_outcome(Cell& cell, model::OutcomeKind kind, const char* text);

// The script that runs now. What these three return is within bounds whatever the cell holds (faults.h).
[[nodiscard]] inline Script& current_script(Cell& cell) { return cell.scripts[cell.current % kScriptsMax]; }
[[nodiscard]] inline const Script& current_script(const Cell& cell) { return cell.scripts[cell.current % kScriptsMax]; }

[[nodiscard]] inline int actors_of(const Cell& cell) { return std::min<int>(current_script(cell).actors, kActorsMax); }

// An actor of it, as a party.
[[nodiscard]] inline int party_of_actor(const Cell& cell, int actor) {
  const Script& script = current_script(cell);
  return party_of(script.actor_process[actor] % kProcessesMax, script.actor_thread[actor] % kThreadsMax);
}

}  // namespace lockstep::cell
