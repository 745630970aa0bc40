#pragma once

#include "harness/judge/explain.h"

namespace lockstep::judge {

// What another implementation is held to, and what the reference is.
struct Sides {
  spec::Options reference;
  spec::Options other;  // of the same edition
};

// Compares two traces of one script. The first step diverges
//   - at which the other trace is not explained by the specification, or
//   - whose calls came to different outcomes although the specification left either of them one outcome only.
// Once the two took different ways that the specification allows, each need merely be explained from there on; so need
// the traces of a script with a race, which the two may go through in different orders. Outcomes are compared with
// messages if both sides' options are, else by kind and exception type; those of locked() only if both sides have it. A
// reference whose own trace is not explained is kInvalid: it can't serve as one. Of a step that the reference's trace
// shows, `expected` is what the reference did.
[[nodiscard]] Finding compare(const model::Script& script, const trace::Trace& reference, const trace::Trace& other,
                              const Sides& sides);

}  // namespace lockstep::judge
