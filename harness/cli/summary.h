#pragma once

#include <string>

#include "harness/cli/results.h"

namespace lockstep::cli {

// What a person reads at the end of a run: a line an implementation, what is known, each unexpected divergence with its
// script and the command that repeats it, and the coverage.
[[nodiscard]] std::string summary(const Run& run, bool quiet);

// Each case that failed, once for all on which it failed alike, and each expectation that went away, with the command
// that repeats it.
[[nodiscard]] std::string cases_text(const Run& run);

// "N passed, N failed, N skipped" over the cases: the last line of a run of the catalogue.
[[nodiscard]] std::string closing_line(const Run& run);

// One divergence, with its script and the command that repeats it.
[[nodiscard]] std::string divergence_text(const Run& run, const Divergence& divergence);

// The traces of one script side by side: a line a step, a column an implementation.
struct Column {
  std::string title;
  const trace::Trace* trace = nullptr;
};
[[nodiscard]] std::string side_by_side(const model::Script& script, const std::vector<Column>& columns);

}  // namespace lockstep::cli
