#pragma once

#include "harness/base/random.h"
#include "harness/cell/scheduler.h"

namespace lockstep::cell {

// A fresh generator a choice: what one choice comes to must not depend on how many came before it in other steps, or
// two implementations that differ once would differ in everything after. Seed 0 is the plain order: first in, first
// out, as the carriers with real wake-ups have it.
inline std::uint32_t choose(Cell& cell, std::uint32_t count) {
  if (count <= 1) {
    return 0;
  }
  Script& script = cell.scripts[cell.current];
  std::uint32_t choice = 0;
  if (script.choices < script.pinned) {
    choice = cell.pinned[script.first_pinned + script.choices] % count;
  } else if (script.seed != 0) {
    base::Random random(script.seed + 0x9e3779b97f4a7c15ULL * (cell.pc + 1) + cell.choices_in_step);
    choice = random.below(count);
  }
  ++cell.choices_in_step;
  if (cell.choices_used < kChoicesMax) {
    cell.choices[cell.choices_used++] = static_cast<std::uint8_t>(choice);
    ++script.choices;
  }
  return choice;
}

}  // namespace lockstep::cell
