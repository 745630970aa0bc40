#include "harness/cell/faults.h"

#include <algorithm>
#include <cstdio>

#include "harness/model/chance.h"

namespace lockstep::cell {
namespace {

bool fits(std::uint32_t first, std::uint32_t count, std::uint32_t limit) {
  return first <= limit && count <= limit - first;
}

const char* fault_of_race(const Cell& cell, const Script& script) {
  const std::uint32_t end = script.first_step + script.steps;
  if (cell.race_end > end || cell.race_first > cell.race_end) {
    return "race_end";
  }
  if (std::any_of(cell.race_next, cell.race_next + script.actors, [&](auto next) { return next > end; }) ||
      cell.race_next_event > end) {
    return "race_next";
  }
  if (cell.race_running < -1 || cell.race_running >= script.actors) {
    return "race_running";
  }
  return cell.decisions > model::kDecisionsMax ? "decisions" : nullptr;
}

const char* fault_of_run(const Cell& cell, const Script& script) {
  if (cell.pc < script.first_step || cell.pc > script.first_step + script.steps) {
    return "pc";
  }
  if (script.first_event > cell.events_used) {
    return "first_event";
  }
  if (!fits(script.first_choice, script.choices, cell.choices_used)) {
    return "choices";
  }
  if (cell.now_ns < 0 || cell.wall_offset_ns < 0 || cell.wall_offset_ns > kWallOffsetMax_ns ||
      cell.pause_until_ns < -1) {
    return "now_ns";
  }
  return cell.race_end != 0 ? fault_of_race(cell, script) : nullptr;
}

}  // namespace

const char* fault(const Script& script) {
  if (script.actors > kActorsMax) {
    return "actors";
  }
  if (!fits(script.first_step, script.steps, kStepsMax)) {
    return "steps";
  }
  if (!fits(script.first_pinned, script.pinned, kChoicesMax)) {
    return "pinned";
  }
  for (int actor = 0; actor < script.actors; ++actor) {
    if (script.actor_process[actor] >= kProcessesMax || script.actor_thread[actor] >= kThreadsMax) {
      return "actor_process";
    }
  }
  return nullptr;
}

const char* fault(const Cell& cell) {
  if (cell.scripts_loaded > kScriptsMax || cell.current > cell.scripts_loaded) {
    return "current";
  }
  if (cell.events_used > kEventsMax || cell.choices_used > kChoicesMax || cell.texts_used > kTextsMax) {
    return "events_used";
  }
  if (cell.current == cell.scripts_loaded) {
    return cell.running_script ? "running_script" : nullptr;
  }
  const Script& script = cell.scripts[cell.current];
  const char* const wrong = fault(script);
  return wrong == nullptr && cell.running_script ? fault_of_run(cell, script) : wrong;
}

int refuse(Cell& cell, const char* field) {
  if (cell.request != Request::kAdapterFailed) {
    std::snprintf(cell.failure, sizeof cell.failure, "the memory shared with its processes was written over: %s",
                  field);
    cell.request = Request::kAdapterFailed;
  }
  return kCoordinator;
}

}  // namespace lockstep::cell
