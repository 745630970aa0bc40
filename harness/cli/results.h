#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/cli/campaign.h"
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
  std::vector<std::string> errors;
};

// results.json as reports/results.schema.json describes it.
[[nodiscard]] nlohmann::json results(const Run& run);

// The token of a script, or nothing if it is too long for one.
[[nodiscard]] std::string token_of(const model::Script& script);

// The command that repeats a divergence. `file` is where its script was written, for scripts without a token.
[[nodiscard]] std::string replay_command(const Subject& subject, const model::Script& script, const std::string& file);

// DESIGN: 0 agree, 1 divergence, 3 failure, 4 nothing ran, 130 interrupted.
[[nodiscard]] int exit_code(const Run& run);

[[nodiscard]] nlohmann::json trace_json(const std::string& implementation, const std::string& start_method, Time time,
                                        const model::Script& script, const trace::Trace& trace);

}  // namespace lockstep::cli
