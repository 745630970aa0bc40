#pragma once

#include <cstdint>

#include <nlohmann/json_fwd.hpp>

#include "harness/model/script.h"
#include "harness/spec/coverage.h"
#include "harness/spec/options.h"
#include "harness/trace/trace.h"

namespace lockstep::cli {

// How much of what may happen the scripts of a campaign made happen.
struct Coverage {
  explicit Coverage(spec::Edition edition = {}) : situations(edition) {}

  std::uint64_t scripts = 0;
  std::uint64_t contended = 0;  // scripts with a call that had to wait
  std::uint64_t timed = 0;      // scripts in which a timeout mattered: a call with one had to wait
  std::uint64_t killed = 0;     // scripts in which a process was killed
  spec::Coverage situations;

  // REQUIRES: the trace is explained under the options.
  void add(const model::Script& script, const trace::Trace& trace, const spec::Options& options);
  void merge(const Coverage& other);
};

void to_json(nlohmann::json& json, const Coverage& coverage);
void from_json(const nlohmann::json& json, Coverage& coverage);

}  // namespace lockstep::cli
