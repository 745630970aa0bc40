#pragma once

#include "harness/judge/history.h"

namespace lockstep::judge {

// Is the history of an RLock linearizable? Exact; O(n), and O(c) for each refusal that needs a hold to be found for it.
//
// Each client's calls follow one another, so its recursion level is known from its own results, and only its outermost
// acquire and release concern others. Only the holder's own release in flight can free the lock, and the next to hold
// it must be the open acquire that returns first, or its hold would overlap an earlier one: there is never a choice. A
// call that never returned and is needed as a holder keeps the lock for ever.
//
// REQUIRES: no two operations of one client overlap.
[[nodiscard]] HistoryVerdict check_rlock_history(const History& history);

}  // namespace lockstep::judge
