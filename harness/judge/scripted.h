#pragma once

#include "harness/judge/finding.h"
#include "harness/model/script.h"
#include "harness/spec/options.h"
#include "harness/trace/trace.h"

namespace lockstep::judge {

// Does the trace keep what the script itself expects (`-> X`, `b: returns X`, `one of b, c returns X`, `b still
// blocks`)? The specification may allow more than one outcome where a script expects one, and is not asked here:
// explain() is.
//
// A call's own expectation speaks of the end of its step, at which it has returned or is blocked. `returns` and `one
// of` speak of calls that were seen blocked before, each of which answers one such line only. Exceptions are compared
// by type, and, with exact_messages, by message where the script spells one.
//
// The finding names the step whose expectation is not kept, and the script's first clause. Inconclusive where a call
// was neither seen to return nor proved blocked.
[[nodiscard]] Finding check_expectations(const model::Script& script, const trace::Trace& trace,
                                         const spec::Options& options);

}  // namespace lockstep::judge
