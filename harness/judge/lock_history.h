#pragma once

#include "harness/judge/history.h"

namespace lockstep::judge {

// Is the history of a Lock, which anyone may release, linearizable (Herlihy and Wing, 1990)? Exact, in O(n log c) for c
// calls open at once.
//
// Walks the returns in order and does what each forces, as late as possible, helped by the open call of the opposite
// deed with the earliest return. Why one state suffices:
//   (1) Refusals and rejections change nothing, so they are placed as soon as the state they saw is there.
//   (2) To leave an open call undone is never worse: it can still be done now.
//   (3) Of two open calls of one deed, the one that returns first is the one to spend: exchanging them leaves later
//       deadlines. Calls that never return come last.
//   (4) Whatever legal burst fits before a return contains, after (3), the minimal one taken here and ends in the same
//       state, and the minimal one has passed through both states, so each open refusal and rejection is served.
// (4) fails for semaphores of two permits or more; for those use the search in explain.h.
[[nodiscard]] HistoryVerdict check_lock_history(const History& history);

}  // namespace lockstep::judge
