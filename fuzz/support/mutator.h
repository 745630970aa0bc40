#pragma once

#include <cstdint>

#include "fuzz/support/plan.h"
#include "harness/base/random.h"

namespace lockstep::fuzz {

// The mutations of plans, by steps and choices and not by bytes. Linked into a target, mutator.cc defines libFuzzer's
// LLVMFuzzerCustomMutator() and LLVMFuzzerCustomCrossOver() with them.
void mutate(Plan& plan, base::Random& random);

// Steps of the one up to a point, then those of the other from a point on; the choices likewise.
[[nodiscard]] Plan cross_over(const Plan& one, const Plan& other, base::Random& random);

// The abilities (plan.h) that most mutants are to do without, since to use them takes long. A target may define it.
[[nodiscard]] unsigned rare_abilities();

}  // namespace lockstep::fuzz
