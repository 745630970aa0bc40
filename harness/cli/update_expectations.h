#pragma once

#include <string>
#include <vector>

#include "harness/cli/conformance.h"

namespace lockstep::cli {

// Appends an entry for each failed case to the expectation file of the implementation's family, with the reason "TODO",
// which `lint` refuses: somebody has to say why. Returns a line for each entry, and one for each entry that is to be
// taken out because it went away. Throws UsageError if a file can't be written.
[[nodiscard]] std::vector<std::string> update_expectations(const Conformance& run, const std::vector<Subject>& subjects,
                                                           const Home& home);

}  // namespace lockstep::cli
