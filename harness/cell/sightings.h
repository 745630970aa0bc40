#pragma once

#include <algorithm>

#include "harness/cell/layout.h"

namespace lockstep::cell {

// What only the scheduler and the shim see. A coverage-guided fuzzer asks for it: of the processes that take part it
// sees nothing else but their outcomes.
enum class Sighting : std::uint32_t {
  kChoice,  // among how many, and which
  kRace,    // of what kinds the options were
  kWait,    // with what deadline, and behind how many
  kEnd,     // what ended a wait, and whether it had a deadline
  kPoint,   // how many others are at one
};
constexpr std::size_t kSightingKinds = 5;
static_assert(sizeof(Cell::sightings) == 64 * kSightingKinds);

inline void sight(Cell& cell, Sighting what, std::uint32_t one, std::uint32_t other) {
  if (cell.sightings_wanted != 0) {
    cell.sightings[64 * static_cast<std::uint32_t>(what) + 8 * std::min(one, 7U) + std::min(other, 7U)] = 1;
  }
}

}  // namespace lockstep::cell
