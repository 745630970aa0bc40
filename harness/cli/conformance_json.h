#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/cli/results.h"

namespace lockstep::cli {

// What results.json says of a run of the catalogue, as reports/results.schema.json describes it. The key of `verdicts`
// is a subject's name and start method.

// A clause's verdict is the worst of its cases', worse than any of them if a divergence of it went away.
[[nodiscard]] nlohmann::json clauses_json(const Run& run);

[[nodiscard]] nlohmann::json cases_json(const Run& run);

// One entry for all subjects on which a case came to the same outcome, and one for each expectation that went away.
[[nodiscard]] std::vector<nlohmann::json> case_divergences(const Run& run);

// Whether a case of a MUST stayed without a verdict.
[[nodiscard]] bool has_undecided_must(const Conformance& run);

// The command that repeats a case on a subject.
[[nodiscard]] std::string case_command(const Conformance& run, const CatalogueCase& one, const Subject& subject);

}  // namespace lockstep::cli
