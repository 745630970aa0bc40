#pragma once

#include <cstdint>
#include <span>

#include "fuzz/support/plan.h"
#include "harness/base/random.h"

namespace lockstep::fuzz {

// The mutations of plans, by steps and choices and not by bytes. Linked into a target, mutator.cc defines libFuzzer's
// LLVMFuzzerCustomMutator() and LLVMFuzzerCustomCrossOver() with them.
void mutate(Plan& plan, base::Random& random);

// Steps of the one up to a point, then those of the other from a point on; the choices likewise.
[[nodiscard]] Plan cross_over(const Plan& one, const Plan& other, base::Random& random);

// An ability (plan.h) that all but one mutant in `share` are to do without, since to use it takes long.
struct Rare {
  unsigned ability;
  std::uint32_t share;
};

// A target may define it; without that, none is rare.
[[nodiscard]] std::span<const Rare> rare_abilities();

}  // namespace lockstep::fuzz
