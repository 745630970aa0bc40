#include "fuzz/support/mutator.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "fuzz/support/moves.h"

namespace lockstep::fuzz {

__attribute__((weak)) std::span<const Rare> rare_abilities() { return {}; }

namespace {

using base::Random;

std::uint8_t byte(std::uint32_t value) { return static_cast<std::uint8_t>(value); }
std::uint32_t size_of(const auto& list) { return static_cast<std::uint32_t>(list.size()); }

// Half of the time one of the first moves, which are what most bugs take.
PlannedStep any_step(Random& random) {
  constexpr std::uint32_t kCommon = 9;
  const std::uint32_t what = random.below(random.chance(60) ? kCommon : size_of(moves()));
  return {byte(random.below(4) | (random.chance(25) ? 16 : 0)), byte(what)};
}

std::ptrdiff_t place(std::uint32_t index) { return static_cast<std::ptrdiff_t>(index); }

void insert_step(Plan& plan, Random& random) {
  plan.steps.insert(plan.steps.begin() + place(random.below(size_of(plan.steps) + 1)), any_step(random));
}

// What contends: one takes the lock, others want it, in a race or one by one. One of them may die of it.
void insert_contention(Plan& plan, Random& random) {
  constexpr std::uint8_t kRace = 4, kEnd = 5, kKill = 34;
  const std::uint32_t at = random.below(size_of(plan.steps) + 1);
  const bool race = random.chance(50);
  std::vector<PlannedStep> added;
  for (std::uint32_t count = 2 + random.below(4); count > 0; --count) {
    added.push_back({byte(random.below(4)), byte(random.below(4))});
  }
  if (random.chance(15)) {
    added.push_back({byte(random.below(4)), kKill});
  }
  if (race) {
    added.insert(added.begin(), PlannedStep{0, kRace});
    added.push_back({0, kEnd});
  }
  plan.steps.insert(plan.steps.begin() + place(at), added.begin(), added.end());
}

// Of two that wait for a lock one dies in a race with its release, which may have woken it: the other must not wait for
// ever.
void insert_death_of_a_waiter(Plan& plan, Random& random) {
  constexpr std::uint8_t kAcquire = 0, kRelease = 1, kRace = 4, kEnd = 5, kKill = 34;
  const std::uint32_t holder = random.below(4);
  const auto waiter = [&](std::uint32_t place) { return byte((holder + place) % 4); };
  const PlannedStep steps[] = {{byte(holder), kAcquire},
                               {waiter(1), kAcquire},
                               {waiter(2), kAcquire},
                               {0, kRace},
                               {byte(holder), kRelease},
                               {waiter(1 + random.below(2)), kKill},
                               {0, kEnd}};
  const std::uint32_t at = random.below(size_of(plan.steps) + 1);
  plan.steps.insert(plan.steps.begin() + place(at), std::begin(steps), std::end(steps));
}

void change_steps(Plan& plan, Random& random) {
  const std::uint32_t count = size_of(plan.steps);
  const std::uint32_t one = random.below(count), other = random.below(count);
  switch (random.below(5)) {
    case 0:
      plan.steps[one] = any_step(random);
      return;
    case 1:
      plan.steps[one].who = any_step(random).who;
      return;
    case 2:
      plan.steps[one].what = any_step(random).what;
      return;
    case 3:
      std::swap(plan.steps[one], plan.steps[other]);
      return;
    default: {
      const auto [first, last] = std::minmax(one, other);
      const std::vector<PlannedStep> copied(plan.steps.begin() + place(first), plan.steps.begin() + place(last + 1));
      plan.steps.insert(plan.steps.begin() + place(random.below(count + 1)), copied.begin(), copied.end());
    }
  }
}

void remove_steps(Plan& plan, Random& random) {
  const std::uint32_t first = random.below(size_of(plan.steps));
  const std::uint32_t count = random.chance(70) ? 1 : 1 + random.below(size_of(plan.steps) - first);
  plan.steps.erase(plan.steps.begin() + place(first), plan.steps.begin() + place(first + count));
}

// The first option is to go on: what a few preemptions far apart bring to light takes long runs of it.
void append_choices(Plan& plan, Random& random) {
  if (random.chance(50)) {
    plan.choices.insert(plan.choices.end(), random.below(16), 0);
    plan.choices.push_back(byte(1 + random.below(3)));
    return;
  }
  for (std::uint32_t count = 1 + random.below(8); count > 0; --count) {
    plan.choices.push_back(byte(random.below(3)));
  }
}

void change_choices(Plan& plan, Random& random) {
  switch (plan.choices.empty() ? 0 : random.below(4)) {
    case 0:
      return append_choices(plan, random);
    case 1:
      plan.choices[random.below(size_of(plan.choices))] = byte(random.below(4));
      return;
    case 2:  // a choice more, or less, in the midst: what comes after is chosen elsewhere
      plan.choices.insert(plan.choices.begin() + place(random.below(size_of(plan.choices) + 1)), byte(random.below(3)));
      return;
    default:
      plan.choices.erase(plan.choices.begin() + place(random.below(size_of(plan.choices))));
  }
}

void limit(Plan& plan) {
  plan.steps.resize(std::min(plan.steps.size(), kStepsMax));
  plan.choices.resize(std::min(plan.choices.size(), kChoicesMax));
}

}  // namespace

void mutate(Plan& plan, Random& random) {
  for (std::uint32_t count = 1 + random.below(3); count > 0; --count) {
    const std::uint32_t kind = random.below(100);
    if (plan.steps.empty() || kind < 25) {
      insert_step(plan, random);
    } else if (kind < 33) {
      insert_contention(plan, random);
    } else if (kind < 35) {
      insert_death_of_a_waiter(plan, random);
    } else if (kind < 60) {
      change_steps(plan, random);
    } else if (kind < 72) {
      remove_steps(plan, random);
    } else if (kind < 92) {
      change_choices(plan, random);
    } else if (kind < 96) {
      plan.layout = byte(random.below(size_of(layouts())));
    } else {
      plan.locks = byte(random.below(size_of(lock_sets())));
    }
  }
  limit(plan);
}

Plan cross_over(const Plan& one, const Plan& other, Random& random) {
  Plan child = one;
  const auto splice = [&random](auto& target, const auto& source) {
    target.resize(random.below(size_of(target) + 1));
    target.insert(target.end(), source.begin() + place(random.below(size_of(source) + 1)), source.end());
  };
  splice(child.steps, other.steps);
  splice(child.choices, random.chance(50) ? one.choices : other.choices);
  limit(child);
  return child;
}

}  // namespace lockstep::fuzz

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
namespace fuzz = lockstep::fuzz;

namespace {

std::size_t write(fuzz::Plan plan, std::uint8_t* out, std::size_t size_max, lockstep::base::Random& random) {
  unsigned spared = 0;
  for (const fuzz::Rare& rare : fuzz::rare_abilities()) {
    spared |= random.below(rare.share) == 0 ? 0 : rare.ability;
  }
  const std::vector<fuzz::Move>& all = fuzz::moves();
  std::erase_if(plan.steps,
                [&](const fuzz::PlannedStep& step) { return (all[step.what % all.size()].needs & spared) != 0; });
  const std::vector<std::uint8_t> bytes = fuzz::encode(plan);
  const std::size_t size = std::min(bytes.size(), size_max);
  std::memcpy(out, bytes.data(), size);
  return size;
}

}  // namespace

extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                                                     std::size_t size_max, unsigned seed) {
  lockstep::base::Random random(seed);
  fuzz::Plan plan = fuzz::decode({data, size});
  fuzz::mutate(plan, random);
  return write(std::move(plan), data, size_max, random);
}

extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                                                       const std::uint8_t* other,
                                                                       std::size_t other_size, std::uint8_t* out,
                                                                       std::size_t size_max, unsigned seed) {
  lockstep::base::Random random(seed);
  return write(fuzz::cross_over(fuzz::decode({one, one_size}), fuzz::decode({other, other_size}), random), out,
               size_max, random);
}
// NOLINTEND(readability-identifier-naming)
