#include "harness/cell/choices.h"

#include "harness/cell/scheduler.h"
#include "harness/cell/sightings.h"
#include "harness/model/chance.h"
#include "harness/model/choice.h"

namespace lockstep::cell {
namespace {

model::Chance chance(Cell& cell) {
  const Script& script = current_script(cell);
  return {script.seed,    cell.pc,           cell.choices_in_step, script.pct_depth,
          cell.decisions, cell.race_horizon, cell.lowered};
}

// The pinned choice if there is one, else what `unpinned` says.
template <typename Unpinned>
std::uint32_t take(Cell& cell, std::uint32_t count, std::uint8_t kinds, Unpinned unpinned) {
  if (count <= 1) {
    return 0;
  }
  Script& script = current_script(cell);
  std::uint32_t choice = 0;
  if (script.choices < script.pinned) {
    const std::uint32_t pinned = cell.pinned[(script.first_pinned + script.choices) % kChoicesMax];
    choice = pinned % count;
    if (choice != pinned && script.misfit == 0) {
      script.misfit = script.choices + 1;
    }
  } else if (script.seed != 0) {
    choice = unpinned();
  }
  sight(cell, Sighting::kChoice, count, choice);
  sight(cell, Sighting::kRace, kinds % 8U, kinds / 8U);
  ++cell.choices_in_step;
  if (cell.choices_used < kChoicesMax) {
    const std::uint32_t place = cell.choices_used++;
    cell.choices[place] = static_cast<std::uint8_t>(choice);
    cell.degrees[place] = static_cast<std::uint8_t>(count);
    cell.kinds[place] = kinds;
    ++script.choices;
  }
  return choice;
}

}  // namespace

std::uint32_t choose_waiter(Cell& cell, std::uint32_t count) {
  return take(cell, count, model::kWaiter, [&] { return chance(cell).any(count); });
}

std::uint32_t choose_next(Cell& cell, const std::uint8_t* options, std::uint32_t count, std::uint8_t kinds) {
  return take(cell, count, kinds, [&] { return chance(cell).next(options, count); });
}

}  // namespace lockstep::cell
