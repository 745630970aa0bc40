#include "harness/cell/choices.h"

#include "harness/base/random.h"
#include "harness/model/choice.h"

namespace lockstep::cell {
namespace {

// A fresh generator a choice: what one choice comes to must not depend on how many came before it in other steps, or
// two implementations that differ once would differ in everything after.
base::Random random_for(const Cell& cell, std::uint64_t purpose) {
  const std::uint64_t seed = cell.scripts[cell.current].seed;
  return base::Random(seed + 0x9e3779b97f4a7c15ULL * (cell.pc + 1) + purpose);
}

// The pinned choice if there is one, else what `unpinned` says.
template <typename Unpinned>
std::uint32_t take(Cell& cell, std::uint32_t count, std::uint8_t kinds, Unpinned unpinned) {
  if (count <= 1) {
    return 0;
  }
  Script& script = cell.scripts[cell.current];
  std::uint32_t choice = 0;
  if (script.choices < script.pinned) {
    const std::uint32_t pinned = cell.pinned[script.first_pinned + script.choices];
    choice = pinned % count;
    if (choice != pinned && script.misfit == 0) {
      script.misfit = script.choices + 1;
    }
  } else if (script.seed != 0) {
    choice = unpinned();
  }
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

// Lowered priorities are below all others, and the later lowered the lower.
std::uint64_t priority(const Cell& cell, std::uint8_t option) {
  const std::uint32_t lowered = cell.lowered[option];
  return lowered != 0 ? kDecisionsMax - lowered : (random_for(cell, 1ULL << 32U | option).next() | 1ULL << 63U);
}

std::uint32_t highest(const Cell& cell, const std::uint8_t* options, std::uint32_t count) {
  std::uint32_t best = 0;
  for (std::uint32_t at = 1; at < count; ++at) {
    best = priority(cell, options[at]) > priority(cell, options[best]) ? at : best;
  }
  return best;
}

bool priorities_change(const Cell& cell) {
  for (std::uint64_t change = 1; change < cell.scripts[cell.current].pct_depth; ++change) {
    if (random_for(cell, 2ULL << 32U | change).below(cell.race_horizon) == cell.decisions) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::uint32_t choose_waiter(Cell& cell, std::uint32_t count) {
  return take(cell, count, model::kWaiter, [&] { return random_for(cell, cell.choices_in_step).below(count); });
}

std::uint32_t choose_next(Cell& cell, const std::uint8_t* options, std::uint32_t count, std::uint8_t kinds) {
  return take(cell, count, kinds, [&]() -> std::uint32_t {
    if (cell.scripts[cell.current].pct_depth == 0) {
      return random_for(cell, cell.choices_in_step).below(count);
    }
    std::uint32_t best = highest(cell, options, count);
    if (priorities_change(cell)) {
      cell.lowered[options[best]] = cell.decisions + 1;
      best = highest(cell, options, count);
    }
    return best;
  });
}

}  // namespace lockstep::cell
