#pragma once

#include <string_view>
#include <vector>

#include "harness/model/script.h"
#include "harness/trace/trace.h"

namespace lockstep::judge {

// For tests: the script of a text that is known to parse.
[[nodiscard]] model::Script parsed(std::string_view text);

// For tests: the trace, in virtual time, that a script's own expectations describe. A call with `-> blocks` blocks,
// `b: returns X` is where it returns; every other step takes effect. What returns False after a pause did so at its
// deadline, if that lies within the pause; other returns come right after the step above them. Calls in a race, which
// have no expectations, come to `raced`, one after the other; they return in the order of their lines after all were
// invoked.
[[nodiscard]] trace::Trace spelled_trace(const model::Script& script, const std::vector<model::Outcome>& raced = {});

// For tests: the trace with the proofs of blocking taken away.
[[nodiscard]] trace::Trace unproved(trace::Trace trace);

inline const model::Outcome kTrue{model::OutcomeKind::kTrue, ""};
inline const model::Outcome kFalse{model::OutcomeKind::kFalse, ""};
inline const model::Outcome kNone{model::OutcomeKind::kNone, ""};
inline const model::Outcome kBlocks{model::OutcomeKind::kBlocks, ""};
inline const model::Outcome kTooOften{model::OutcomeKind::kRaised,
                                      "ValueError(\"semaphore or lock released too many times\")"};
inline const model::Outcome kNotOwner{model::OutcomeKind::kRaised,
                                      "AssertionError(\"attempt to release recursive lock not owned by thread\")"};

}  // namespace lockstep::judge
