#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/cli/catalogue.h"
#include "harness/cli/subject.h"
#include "harness/processes/workers.h"

namespace lockstep::cli {

// What one case came to on one subject.
struct CaseResult {
  std::size_t subject = 0;
  std::size_t number = 0;  // of the catalogue's cases
  std::string verdict;     // pass, known, fail, crash, hang, flaky, inconclusive, skipped
  std::vector<std::string> expectations;
  std::string clause, expected, observed, reason;
  int step = -1;
  nlohmann::json divergence;  // of results.json's divergences[], if it is known or failed

  [[nodiscard]] bool failed() const { return verdict == "fail" || verdict == "crash" || verdict == "hang"; }
};

// A divergence that is foreseen and did not show.
struct Vanished {
  std::size_t subject = 0;
  std::string expectation, clause, reason, file;
};

struct CaseCounts {
  std::uint64_t cases = 0, passed = 0, known = 0, unexpected = 0, vanished = 0, inconclusive = 0, skipped = 0;
};

// What a worker takes at once: of a subject's cases the part-th of so many parts.
struct Share {
  std::size_t subject = 0, part = 0, parts = 1;
};

// A run of the catalogue, or of a part of it.
struct Conformance {
  Catalogue catalogue;
  std::vector<std::size_t> selected;
  std::string edition;  // "3.12": what all were judged by; empty: each by its own
  std::vector<Share> shares;
  std::vector<CaseResult> results;
  std::vector<Vanished> vanished;
  std::vector<std::string> errors;
  bool interrupted = false;
  double seconds = 0;

  [[nodiscard]] CaseCounts counts(std::size_t subject) const;
};

struct ConformanceRequest {
  Selection selection;
  int edition = 0;     // judge all by it; 0: each by its own
  bool level = false;  // hold all subjects to the plan's level, not the plug-ins alone
};

// Runs the selected cases on every subject that runs. A case that fails is run again in fresh processes: it counts if
// it fails once more, and is flaky if it does not.
[[nodiscard]] Conformance run_conformance(const std::vector<Subject>& subjects, const Plan& plan, const Home& home,
                                          const ConformanceRequest& request,
                                          const std::function<void(processes::Progress&)>& tick);

// The subject as the request wants it judged.
[[nodiscard]] Subject held_to(const Subject& subject, const ConformanceRequest& request);

// Why the case is not run on the subject; empty if it is.
[[nodiscard]] std::string reason_to_skip(const Catalogue& catalogue, const CatalogueCase& one, const Subject& subject,
                                         const Plan& plan);

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CaseResult, subject, number, verdict, expectations, clause, expected, observed,
                                   reason, step, divergence)

}  // namespace lockstep::cli
