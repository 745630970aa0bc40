#pragma once

#include <vector>

#include "fuzz/support/case.h"

namespace lockstep::fuzz {

// A script that expects what happened, and what happened told of its steps.
struct Written {
  model::Script script;
  trace::Trace trace;
};

// Writes what the trace shows into the script as expectations: of the calls themselves, and in lines of their own.
// Which of those that can be written are, is chosen. REQUIRES: the script has none; the trace is the player's.
[[nodiscard]] Written write_expectations(const model::Script& script, const trace::Trace& trace, Case& choices);

// An outcome that is not this one, not even where messages do not count.
[[nodiscard]] model::Outcome another(const model::Outcome& outcome);

}  // namespace lockstep::fuzz
