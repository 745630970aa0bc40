#pragma once

#include "harness/judge/history.h"
#include "harness/model/script.h"

namespace lockstep::judge {

// The definition of linearizability, tried out: searches every order of the operations. For tests of the exact
// algorithms. REQUIRES: at most 16 operations.
[[nodiscard]] bool is_linearizable_by_search(const History& history, model::LockKind kind);

}  // namespace lockstep::judge
