#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/model/script.h"

namespace lockstep::fuzz {

// One thing that a step of a plan can do. `step` lacks its actor, process and lock, which the plan says.
struct Move {
  model::Step step;
  unsigned needs = 0;  // abilities (plan.h)
};

// The table of moves. Its order is part of the corpora's format: new moves go to the end.
[[nodiscard]] const std::vector<Move>& moves();

// The process of each actor, for each layout: actors of one process stand together.
inline constexpr int kLayoutActorsMax = 4;
struct Layout {
  int actors;
  std::array<int, kLayoutActorsMax> process;
};
[[nodiscard]] std::span<const Layout> layouts();

// The kinds of the locks, for each choice of locks.
[[nodiscard]] std::span<const std::vector<model::LockKind>> lock_sets();

}  // namespace lockstep::fuzz
