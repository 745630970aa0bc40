#include "harness/cell/record.h"

#include <algorithm>
#include <cstring>

#include "harness/cell/faults.h"
#include "harness/cell/scheduler.h"

namespace lockstep::cell {

void record(Cell& cell, EventKind kind, std::uint32_t step, int actor, std::uint32_t outcome) {
  if (!cell.running_script || cell.draining) {
    return;  // what is done before a script, and what its last waiters do when they are let go, is no part of it
  }
  if (cell.events_used >= kEventsMax) {
    refuse(cell, "events_used");
    return;
  }
  cell.events[cell.events_used++] = {kind, static_cast<std::int16_t>(actor), static_cast<std::int16_t>(step), outcome,
                                     cell.now_ns};
}

std::uint32_t intern_outcome(Cell& cell, model::OutcomeKind kind, const char* text) {
  const auto bare = static_cast<std::uint32_t>(kind);
  if (kind == model::OutcomeKind::kTrue || kind == model::OutcomeKind::kFalse || kind == model::OutcomeKind::kNone) {
    return bare;
  }
  if (kind > model::OutcomeKind::kHung || kind == model::OutcomeKind::kBlocks) {
    refuse(cell, "outcome");
    return static_cast<std::uint32_t>(model::OutcomeKind::kNone);
  }
  std::uint32_t id = 0;
  while (id < std::min<std::uint32_t>(cell.texts_used, kTextsMax) &&
         std::strncmp(cell.texts[id], text, kTextBytes) != 0) {
    ++id;
  }
  if (id >= cell.texts_used || id == kTextsMax) {
    if (id >= kTextsMax) {
      refuse(cell, "texts_used");
      return bare;
    }
    std::strncpy(cell.texts[id], text, kTextBytes - 1);
    cell.texts[id][kTextBytes - 1] = '\0';
    ++cell.texts_used;
  }
  return kFirstText + 8 * id + bare;
}

void finish_call(Cell& cell, int party_index) {
  Party& party = cell.parties[party_index];
  record(cell, EventKind::kReturned, party.command.script_step, static_cast<int>(party.script_actor),
         intern_outcome(cell, party.outcome, party.text));
  party.state.store(State::kIdle, std::memory_order_relaxed);
}

void finish_command(Cell& cell, int party_index) {
  Party& party = cell.parties[party_index];
  record(cell, EventKind::kDone, party.command.script_step, static_cast<int>(party.script_actor),
         intern_outcome(cell, party.outcome, party.text));
  party.state.store(State::kIdle, std::memory_order_relaxed);
}

void finish_process(Cell& cell, int process_slot) {
  for (int thread = 0; thread < kThreadsMax; ++thread) {
    Party& party = cell.parties[party_of(process_slot, thread)];
    if (party.state.load(std::memory_order_relaxed) != State::kAbsent) {
      party.state.store(State::kDead, std::memory_order_relaxed);
    }
  }
  cell.dirty[process_slot] = 1;
}

}  // namespace lockstep::cell
