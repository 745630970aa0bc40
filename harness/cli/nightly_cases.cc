#include "harness/cli/clock.h"
#include "harness/cli/conformance.h"
#include "harness/cli/nightly.h"

namespace lockstep::cli {

std::vector<Part> run_slow_cases(const Subject& subject, const Load& load) {
  if (load.scale < 1) {
    return {};
  }
  const Home home = find_home();
  Plan plan;
  plan.seed = load.seed;
  ConformanceRequest request;
  request.selection.slow = true;
  for (const CatalogueCase& one : read_catalogue(home).cases) {
    if (!one.slow.empty()) {
      request.selection.cases.push_back(one.name);
    }
  }
  if (request.selection.cases.empty()) {
    return {};
  }
  const double begun_s = monotonic_s();
  const Conformance run = run_conformance({subject}, plan, home, request, [](processes::Progress&) {});
  const CaseCounts counts = run.counts(0);
  Part part{"the cases that take long", ""};
  part.measured = std::to_string(counts.passed) + " pass, " + std::to_string(counts.known) + " known, " +
                  std::to_string(counts.unexpected + counts.vanished) + " fail";
  part.passed = counts.unexpected + counts.vanished + counts.inconclusive == 0 && run.errors.empty();
  for (const CaseResult& result : run.results) {
    const bool good = result.verdict == "pass" || result.verdict == "known" || result.verdict == "skipped";
    part.details += good ? ""
                         : "  " + run.catalogue.cases[result.number].name + ": " + result.verdict + ", expected " +
                               result.expected + ", observed " + result.observed + result.reason + "\n";
  }
  part.seconds = monotonic_s() - begun_s;
  return {part};
}

}  // namespace lockstep::cli
