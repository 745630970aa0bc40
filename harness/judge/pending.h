#pragma once

#include "harness/judge/finding.h"
#include "harness/model/script.h"
#include "harness/spec/options.h"
#include "harness/trace/trace.h"

namespace lockstep::judge {

// Judges a trace in which a call was neither seen to return nor proved blocked (kPending): its events then say no more
// than when each call began and ended. Each lock's calls must be linearizable as a history of intervals, and no timed
// call may give up more than 1 us early, unless a policy lets clock steps move its deadline. Sound: whatever may be
// right is never called a divergence. Inconclusive where a call was still open at the end although the lock may have
// been free for it, and where the script passes ownership on in ways that a policy allows.
[[nodiscard]] Finding judge_pending(const model::Script& script, const trace::Trace& trace,
                                    const spec::Options& options);

}  // namespace lockstep::judge
