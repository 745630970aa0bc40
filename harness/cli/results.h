#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/cli/campaign.h"
#include "harness/cli/conformance.h"
#include "harness/cli/investigation.h"

namespace lockstep::cli {

struct Run {
  std::uint64_t seed = 0;
  std::string command;
  std::string started;  // UTC, as in 2026-01-31T12:00:00Z
  double seconds = 0;
  std::vector<Subject> subjects;
  CampaignResult campaign;
  std::vector<Divergence> divergences;
  Conformance conformance;  // without cases, if none were run
  std::string baseline;     // the results.json that the report compares this run with; may be empty
  std::vector<std::string> errors;
};

// results.json as reports/results.schema.json describes it.
[[nodiscard]] nlohmann::json results(const Run& run);

// DESIGN: 0 agree, 1 divergence, 2 a case or an expectation that can't be read, 3 failure, 4 nothing ran, 130
// interrupted.
[[nodiscard]] int exit_code(const Run& run);

}  // namespace lockstep::cli
