#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/model/script.h"

namespace lockstep::fuzz {

// What the bytes of a script target say. Every byte string is a plan, and every plan is a script, so that no mutation
// is lost on syntax.
//
//   byte 0        the actors and their processes: an index into a table of layouts
//   byte 1        the locks, likewise
//   byte 2        the number of steps, n, at most kStepsMax
//   2n bytes      the steps: who (actor in bits 0-1, lock in bit 4), then what: an index into the table of moves
//   the rest      the choices, an option each, at most kChoicesMax; what is not chosen takes the first option
//
// Indices are taken modulo the tables' sizes.
struct PlannedStep {
  std::uint8_t who = 0;
  std::uint8_t what = 0;
  bool operator==(const PlannedStep&) const = default;
};

struct Plan {
  std::uint8_t layout = 0;
  std::uint8_t locks = 0;
  std::vector<PlannedStep> steps;
  std::vector<std::uint8_t> choices;
  bool operator==(const Plan&) const = default;
};

inline constexpr std::size_t kStepsMax = 32;
inline constexpr std::size_t kChoicesMax = 64;
inline constexpr std::size_t kPlanBytesMax = 3 + 2 * kStepsMax + kChoicesMax;

[[nodiscard]] Plan decode(std::span<const std::uint8_t> bytes);

// The bytes that decode() reads as this plan. REQUIRES: no more steps and choices than the limits.
[[nodiscard]] std::vector<std::uint8_t> encode(const Plan& plan);

// Which moves a target can make; the others are left out of its scripts.
enum Ability : unsigned {
  kThreads = 1,       // more than one actor in a process
  kOddArguments = 2,  // calls whose arguments are for Python to refuse
  kKills = 4,
  kSignals = 8,
  kStops = 16,
  kUnlike = 32,  // calls in which CPython is known to do otherwise
  kEveryAbility = 63,
};

// The script of a plan: valid (harness/script/validate.h), its schedule the choices.
[[nodiscard]] model::Script script_of(const Plan& plan, unsigned abilities);

// The plan whose script is this one, as nearly as the tables allow: what they lack is left out. For seeds.
[[nodiscard]] Plan plan_of(const model::Script& script);

}  // namespace lockstep::fuzz
