#pragma once

#include <vector>

#include "harness/model/script.h"
#include "harness/script/standalone.h"
#include "harness/trace/trace.h"

namespace lockstep::cli {

// The calls that had begun when the event of this index happened, in the order of their steps, and what they had come
// to by then. A call that is open at a quiescent point is blocked, unless it is pending; of one that is open when
// another returns nothing is known. REQUIRES: a trace of the script; an index into its events.
[[nodiscard]] std::vector<script::SeenCall> seen_calls(const model::Script& script, const trace::Trace& trace,
                                                       int event);

}  // namespace lockstep::cli
