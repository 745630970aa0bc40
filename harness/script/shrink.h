#pragma once

#include <functional>

#include "harness/model/script.h"

namespace lockstep::script {

// What shrinking may cost.
struct Budget {
  int tries_max = 2000;       // calls of still_fails
  double seconds_max = 3600;  // the longest pause or timeout that it may write into a script which had a shorter one
};

// A simplest script that still fails. In this order a script is simpler if it has
//   1. fewer steps,
//   2. fewer actors, processes, and locks; Lock() rather than RLock(),
//   3. fewer arguments; acquire() rather than `with`; a body that returns,
//   4. plainer values: 0, then 1, 0.5, 2, 0.25, 0.1, 0.01, 0.001, then any other,
//   5. a shorter schedule, and more zeros in it.
// Delta debugging (Zeller, Hildebrandt, IEEE TSE 2002) over the steps, then one by one and in pairs, and over the rest,
// all over again until nothing helps. Unless the budget runs out, no single step can be removed from the result without
// it ceasing to fail (and with it what can't do without that step).
//
// still_fails is asked about valid scripts only (validate.h), and about none twice. Deterministic if it is.
// REQUIRES: a valid script that fails.
[[nodiscard]] model::Script shrink(const model::Script& script,
                                   const std::function<bool(const model::Script&)>& still_fails,
                                   const Budget& budget = {});

}  // namespace lockstep::script
