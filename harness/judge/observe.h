#pragma once

#include "harness/model/script.h"
#include "harness/spec/coverage.h"
#include "harness/spec/options.h"
#include "harness/trace/trace.h"

namespace lockstep::judge {

// Adds the situations that a trace shows to the coverage. REQUIRES: the trace is explained under the options. Looks no
// further than the first race, raw fork or kPending event: beyond these a trace does not tell who holds what.
void observe(const model::Script& script, const trace::Trace& trace, const spec::Options& options,
             spec::Coverage& coverage);

}  // namespace lockstep::judge
