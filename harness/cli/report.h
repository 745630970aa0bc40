#pragma once

#include <string>

#include "harness/cli/results.h"

namespace lockstep::cli {

// UTC, as in 2026-01-31T12:00:00Z.
[[nodiscard]] std::string utc_now();

// Writes results.json and the scripts that have no token into the folder, which is made if need be. Throws UsageError
// if it can't be written.
void write_report(const Run& run, const std::string& folder);

}  // namespace lockstep::cli
