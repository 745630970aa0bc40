#pragma once

#include <optional>
#include <vector>

#include "harness/model/script.h"

namespace lockstep::script {

// A smaller script out of a script: which steps go, and what each lock, process and actor becomes: itself, another one
// (an index into the same list), or kDropped. Steps of dropped ones go too, and so does whatever can't stay without
// what went: the steps of an actor whose start went, an empty race, the end of a race whose beginning went.
struct Edit {
  static constexpr int kDropped = -1;

  // Changes nothing.
  explicit Edit(const model::Script& script);

  std::vector<bool> removed;
  std::vector<int> locks;
  std::vector<int> processes;
  std::vector<int> actors;
};

// The edited script, its schedule as it was; nothing if it would not be valid.
[[nodiscard]] std::optional<model::Script> apply(const model::Script& script, const Edit& edit);

// Drops the locks, actors and processes that no step names.
[[nodiscard]] Edit without_unused(const model::Script& script);

}  // namespace lockstep::script
