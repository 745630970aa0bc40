#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "harness/cli/investigation.h"

namespace lockstep::cli {

// Parts of results.json, as reports/results.schema.json describes them.

// "virtual", "real"
[[nodiscard]] const char* name(Time time);

[[nodiscard]] nlohmann::json trace_json(const std::string& implementation, const std::string& start_method, Time time,
                                        const model::Script& script, const trace::Trace& trace);

// One of divergences[]: of a replay; `reference_start` is the start method of the reference whose trace is beside it.
[[nodiscard]] nlohmann::json divergence_json(const Subject& subject, const std::string& reference_start,
                                             const Divergence& divergence);

// The same of a Python case: `what` it did last.
[[nodiscard]] nlohmann::json program_divergence_json(const Subject& subject, const judge::Finding& finding,
                                                     const std::string& expectation, const std::string& reason,
                                                     const std::string& what);

// The token of a script, or nothing if it is too long for one.
[[nodiscard]] std::string token_of(const model::Script& script);

// The command that repeats a divergence. `file` is where its script was written, for scripts without a token.
[[nodiscard]] std::string replay_command(const Subject& subject, const model::Script& script, const std::string& file);

}  // namespace lockstep::cli
