#include "harness/cli/conformance.h"

#include <algorithm>
#include <filesystem>

#include "harness/cli/clock.h"
#include "harness/cli/conformance_worker.h"
#include "harness/cli/verdicts.h"
#include "harness/processes/family.h"

namespace lockstep::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kSubjectsWhole = 8;  // from so many on each is left whole

bool concerns(const judge::Divergence& entry, const CatalogueCase& one) {
  return entry.clause.empty() ? judge::matches_glob(entry.case_name, one.name)
                              : std::any_of(one.clauses.begin(), one.clauses.end(), [&](const std::string& clause) {
                                  return judge::matches_glob(entry.clause, clause);
                                });
}

// Divergences that this subject's own file, or the user's, foresees, and that none of the cases showed which it
// concerns. What is foreseen of a clause is looked for in a run of the whole catalogue only.
void find_vanished(Conformance& run, std::size_t number, const Subject& subject, const Plan& plan,
                   const Verdicts& verdicts, bool whole) {
  for (const judge::Divergence* const entry : verdicts.foreseen()) {
    const bool own = entry->file == plan.expectations || fs::path(entry->file).stem() == subject.family;
    if (entry->sometimes || !own || (!whole && entry->case_name.empty())) {
      continue;
    }
    bool looked = false, shown = false;
    for (const CaseResult& result : run.results) {
      if (result.subject != number || result.verdict == "skipped" || result.verdict == "inconclusive") {
        continue;
      }
      looked = looked || concerns(*entry, run.catalogue.cases[result.number]);
      shown = shown ||
              std::find(result.expectations.begin(), result.expectations.end(), entry->id) != result.expectations.end();
    }
    if (looked && !shown) {
      run.vanished.push_back(
          {number, entry->id, entry->clause.empty() ? entry->case_name : entry->clause, entry->reason, entry->file});
    }
  }
}

// An entry for clauses or cases that nobody has foresees nothing: it is a slip of the pen.
void find_idle_entries(Conformance& run, const Verdicts& verdicts) {
  for (const judge::Divergence* const entry : verdicts.foreseen()) {
    const bool matches =
        std::any_of(run.catalogue.cases.begin(), run.catalogue.cases.end(),
                    [&](const CatalogueCase& one) { return concerns(*entry, one); }) ||
        std::any_of(run.catalogue.clauses.begin(), run.catalogue.clauses.end(), [&](const CatalogueClause& clause) {
          return !entry->clause.empty() && judge::matches_glob(entry->clause, clause.id);
        });
    const std::string problem =
        entry->file + ": " + entry->id + ": '" + (entry->clause.empty() ? entry->case_name : entry->clause) +
        "' matches nothing; expected a glob over the " + (entry->clause.empty() ? "cases" : "clauses") + " there are";
    auto& problems = run.catalogue.problems;
    if (!matches && std::find(problems.begin(), problems.end(), problem) == problems.end()) {
      problems.push_back(problem);
    }
  }
}

}  // namespace

namespace {

// Few subjects are split up, so that every worker has something to do. What takes longest, where processes are spawned,
// comes first, so that nobody is left with it in the end.
std::vector<Share> shares_of(const std::vector<Subject>& subjects, const Plan& plan) {
  std::vector<std::size_t> running;
  for (std::size_t number = 0; number < subjects.size(); ++number) {
    if (subjects[number].runs() && subjects[number].takes_cases) {
      running.push_back(number);
    }
  }
  std::stable_partition(running.begin(), running.end(),
                        [&](std::size_t number) { return subjects[number].start_method != "fork"; });
  const std::size_t parts = running.size() < kSubjectsWhole ? static_cast<std::size_t>(plan.jobs) : 1;
  std::vector<Share> shares;
  for (const std::size_t number : running) {
    for (std::size_t part = 0; part < parts; ++part) {
      shares.push_back({number, part, parts});
    }
  }
  return shares;
}

}  // namespace

CaseCounts Conformance::counts(std::size_t subject) const {
  CaseCounts counts;
  for (const CaseResult& result : results) {
    if (result.subject != subject) {
      continue;
    }
    ++(result.verdict == "pass"                                        ? counts.passed
       : result.verdict == "known"                                     ? counts.known
       : result.verdict == "skipped"                                   ? counts.skipped
       : result.verdict == "flaky" || result.verdict == "inconclusive" ? counts.inconclusive
                                                                       : counts.unexpected);
    counts.cases += result.verdict == "skipped" ? 0 : 1;
  }
  for (const Vanished& one : vanished) {
    counts.vanished += one.subject == subject ? 1 : 0;
  }
  return counts;
}

Subject held_to(const Subject& subject, const ConformanceRequest& request) {
  const bool speaks_any = subject.reference && request.edition != 0;
  Subject held = speaks_any ? reference_of_edition(subject, request.edition) : subject;
  held.minor = request.edition == 0 ? subject.minor : request.edition;
  held.exact = subject.exact && !request.level && request.edition == 0;
  return held;
}

std::string reason_to_skip(const Catalogue& catalogue, const CatalogueCase& one, const Subject& subject,
                           const Plan& plan) {
  for (const std::string& id : one.clauses) {
    const CatalogueClause* const clause = catalogue.find(id);
    if (clause != nullptr && subject.minor < clause->since) {
      return id + " holds from Python 3." + std::to_string(clause->since) + " on";
    }
    if (clause != nullptr && subject.minor > clause->until) {
      return id + " holds up to Python 3." + std::to_string(clause->until);
    }
  }
  const spec::Level held = options_of(subject, plan.plug_in_level).level;
  if (!binds(one.level, held)) {
    return one.level + ", and it is held to " + (held == spec::Level::kMust ? "MUST" : "MUST and SHOULD");
  }
  if (!one.python && lacks_a_kind(subject, one.script)) {
    return "it has no lock of a kind that the case uses";
  }
  const bool steps_the_clock = std::any_of(one.script.steps.begin(), one.script.steps.end(),
                                           [](const auto& step) { return step.kind == model::StepKind::kClock; });
  return steps_the_clock && subject.time == Time::kReal ? "only virtual time can step the clock" : "";
}

Conformance run_conformance(const std::vector<Subject>& subjects, const Plan& plan, const Home& home,
                            const ConformanceRequest& request, const std::function<void(processes::Progress&)>& tick) {
  const double begun_s = monotonic_s();
  Conformance run;
  run.catalogue = read_catalogue(home);
  run.selected = select(run.catalogue, request.selection);
  run.edition = request.edition == 0 ? "" : "3." + std::to_string(request.edition);
  std::vector<Subject> held;
  std::transform(subjects.begin(), subjects.end(), std::back_inserter(held),
                 [&](const Subject& subject) { return held_to(subject, request); });
  run.shares = shares_of(held, plan);
  const auto work = [&](int, processes::Progress& progress) {
    return ConformanceWorker(held, run, plan, home, progress).run();
  };
  for (const processes::WorkerResult& part : processes::run_workers(plan.jobs, work, tick)) {
    if (!part.error.empty()) {
      run.errors.push_back(part.error);
      continue;
    }
    const json output = json::parse(part.output);
    const auto results = output.at("results").get<std::vector<CaseResult>>();
    run.results.insert(run.results.end(), results.begin(), results.end());
    const auto errors = output.at("errors").get<std::vector<std::string>>();
    run.errors.insert(run.errors.end(), errors.begin(), errors.end());
    run.interrupted = run.interrupted || output.at("interrupted").get<bool>();
  }
  run.interrupted = run.interrupted || processes::interrupted();
  std::sort(run.results.begin(), run.results.end(), [](const CaseResult& a, const CaseResult& b) {
    return std::tie(a.subject, a.number) < std::tie(b.subject, b.number);
  });
  const bool whole = request.selection.clauses.empty() && request.selection.cases.empty() &&
                     request.selection.shard.count == 1 && !run.interrupted;
  for (std::size_t number = 0; number < held.size(); ++number) {
    if (!held[number].runs() || !held[number].takes_cases || request.edition != 0) {
      continue;
    }
    const Verdicts verdicts(held[number], plan, home);
    find_vanished(run, number, held[number], plan, verdicts, whole);
    find_idle_entries(run, verdicts);
  }
  run.seconds = monotonic_s() - begun_s;
  return run;
}

}  // namespace lockstep::cli
