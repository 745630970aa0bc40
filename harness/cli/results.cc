#include "harness/cli/results.h"

#include <gnu/libc-version.h>
#include <sys/utsname.h>

#include "harness/cli/conformance_json.h"
#include "harness/cli/divergence_json.h"
#include "harness/processes/workers.h"

namespace lockstep::cli {
namespace {

using nlohmann::json;

json machine() {
  utsname system{};
  uname(&system);
  return {{"kernel", system.release},
          {"libc", std::string("glibc ") + gnu_get_libc_version()},
          {"cores", processes::processors()},
          {"arch", system.machine}};
}

json implementation_json(const Subject& subject, const Tally& tally, const CaseCounts& cases) {
  return {{"name", subject.name},
          {"module", subject.module},
          {"version", subject.version},
          {"python", subject.launch.python},
          {"start_method", subject.start_method},
          {"time", name(subject.time)},
          {"scripts", tally.scripts},
          {"steps", tally.steps},
          {"cases", cases.cases},
          {"passed", tally.passed + cases.passed},
          {"known", tally.known + cases.known},
          {"unexpected", tally.unexpected + cases.unexpected},
          {"vanished", cases.vanished},
          {"inconclusive", tally.inconclusive + cases.inconclusive},
          {"skipped", cases.skipped + (subject.skip_reason.empty() ? 0 : 1)},
          {"skip_reason", subject.skip_reason},
          {"latency", nullptr},
          {"lateness", nullptr},
          {"fairness", tally.bypass_max < 0 ? json() : json({{"bypass_max", tally.bypass_max}})}};
}

json totals(const json& implementations) {
  json sums = json::object();
  for (const char* const counter :
       {"scripts", "steps", "cases", "passed", "known", "unexpected", "vanished", "inconclusive", "skipped"}) {
    std::uint64_t sum = 0;
    for (const json& implementation : implementations) {
      sum += implementation.at(counter).get<std::uint64_t>();
    }
    sums[counter] = sum;
  }
  return sums;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

int exit_code(const Run& run) {
  if (run.campaign.interrupted || run.conformance.interrupted) {
    return 130;
  }
  std::uint64_t scripts = 0, inconclusive = 0, cases = 0;
  bool diverged = false, failed = !run.errors.empty(), named_ran_nothing = false;
  for (std::size_t index = 0; index < run.subjects.size(); ++index) {
    const Subject& subject = run.subjects[index];
    const Tally& tally = run.campaign.tallies[index];
    const CaseCounts counts = run.conformance.counts(index);
    scripts += tally.scripts;
    cases += counts.cases;
    inconclusive += tally.inconclusive;
    diverged = diverged || tally.unexpected + counts.unexpected + counts.vanished > 0;
    failed = failed || !subject.failure.empty() || !tally.failure.empty();
    named_ran_nothing = named_ran_nothing || (subject.named_by_user && tally.scripts + counts.cases == 0);
  }
  if (diverged) {
    return 1;
  }
  if (failed || inconclusive * 100 > scripts || has_undecided_must(run.conformance)) {
    return 3;
  }
  if (!run.conformance.catalogue.problems.empty()) {
    return 2;
  }
  return scripts + cases == 0 || named_ran_nothing ? 4 : 0;
}

json results(const Run& run) {
  json implementations = json::array();
  for (std::size_t subject = 0; subject < run.subjects.size(); ++subject) {
    implementations.push_back(
        implementation_json(run.subjects[subject], run.campaign.tallies[subject], run.conformance.counts(subject)));
  }
  json divergences = json::array();
  for (const Divergence& divergence : run.divergences) {
    divergences.push_back(
        divergence_json(run.subjects[divergence.subject], run.subjects.front().start_method, divergence));
  }
  for (json& divergence : case_divergences(run)) {
    divergences.push_back(std::move(divergence));
  }
  std::vector<std::string> errors = run.errors;
  const auto& problems = run.conformance.catalogue.problems;
  errors.insert(errors.end(), problems.begin(), problems.end());
  const Coverage& coverage = run.campaign.coverage;
  const double seconds = std::max(run.campaign.seconds, 1e-3);
  return {{"schema", 1},
          {"lockstep", "0.1.0"},
          {"seed", run.seed},
          {"command", run.command},
          {"started", run.started},
          {"seconds", run.seconds},
          {"interrupted", run.campaign.interrupted || run.conformance.interrupted},
          {"edition", run.conformance.edition},
          {"baseline", run.baseline},
          {"machine", machine()},
          {"implementations", implementations},
          {"clauses", clauses_json(run)},
          {"cases", cases_json(run)},
          {"divergences", divergences},
          {"totals", totals(implementations)},
          {"coverage",
           {{"contended", share(coverage.contended, coverage.scripts)},
            {"timeout", share(coverage.timed, coverage.scripts)},
            {"kill", share(coverage.killed, coverage.scripts)},
            {"transitions_reached", coverage.situations.reached()},
            {"transitions_reachable", coverage.situations.reachable()},
            {"missing", coverage.situations.missing()}}},
          {"rates",
           {{"scripts_per_second", static_cast<double>(run.campaign.replays) / seconds},
            {"steps_per_second", static_cast<double>(run.campaign.steps) / seconds},
            {"pairs_per_second", static_cast<double>(run.campaign.pairs) / seconds}}},
          {"fuzz", nullptr},
          {"kills", json::array()},
          {"errors", errors}};
}

}  // namespace lockstep::cli
