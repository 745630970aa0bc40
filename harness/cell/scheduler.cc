#include "harness/cell/scheduler.h"

#include "harness/cell/faults.h"
#include "harness/cell/race.h"
#include "harness/cell/script_run.h"
#include "harness/cell/waiting.h"

namespace lockstep::cell {
namespace {

// More than every step of every script of a batch can take: who turns longer gets nowhere.
constexpr int kTurnsMax = 4 * (kStepsMax + kScriptsMax);

}  // namespace

int next(Cell& cell) {
  if (const char* const field = fault(cell); field != nullptr) {
    return refuse(cell, field);
  }
  for (int turn = 0; turn < kTurnsMax; ++turn) {
    if (cell.request != Request::kNone) {
      return kCoordinator;
    }
    if (!cell.running_script) {
      if (const int party = begin_script(cell); party >= 0) {
        return party;
      }
      continue;
    }
    if (cell.race_end != 0) {
      if (const int party = next_in_race(cell); party >= 0) {
        return party;
      }
      continue;
    }
    if (const int party = next_runnable(cell); party >= 0) {
      return party;
    }
    if (cell.draining) {
      end_script(cell);
    } else if (const int party = next_step(cell); party >= 0) {
      return party;
    }
  }
  return refuse(cell, "parties");
}

}  // namespace lockstep::cell
