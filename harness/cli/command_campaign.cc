#include <algorithm>
#include <cstdio>

#include "harness/cli/clock.h"
#include "harness/cli/command.h"
#include "harness/cli/progress_line.h"
#include "harness/cli/report.h"
#include "harness/cli/summary.h"
#include "harness/processes/family.h"

namespace lockstep::cli {
namespace {

constexpr std::uint64_t kRunVirtualScripts = 20'000;
constexpr std::uint64_t kRunLifecycleScripts = 60;
constexpr std::uint64_t kRunRealScripts = 40;       // of each subject that virtual time reaches
constexpr std::uint64_t kRunPlugInScripts = 4'000;  // of each that it does not
constexpr std::uint64_t kScriptsALifecycle = 200;   // one such script for so many others
constexpr double kRunSeconds = 60;
constexpr double kSecondsLeft = 5;  // for the campaign, however long the cases took
constexpr std::uint64_t kUnlimited = 1ULL << 40U;

// An unexpected divergence of each subject first; then, once an expectation and module, the known ones.
void investigate_all(Run& run, const Plan& plan, const Home& home) {
  Investigator investigator(run.subjects, plan, home);
  std::vector<std::string> explained;
  for (std::size_t subject = 0; subject < run.subjects.size(); ++subject) {
    Tally& tally = run.campaign.tallies[subject];
    for (const Example& example : tally.examples) {
      auto divergence = investigator.investigate(subject, example, "");
      if (divergence.has_value()) {
        divergence->occurrences = tally.unexpected;
        run.divergences.push_back(std::move(*divergence));
        break;  // the others are likely to be the same; what is left of them the next run will show
      }
    }
    const bool confirmed =
        !run.divergences.empty() && run.divergences.back().subject == subject && !run.divergences.back().known;
    if (tally.unexpected > 0 && !confirmed) {
      tally.inconclusive += tally.unexpected;
      tally.inconclusive_reason = "diverged once, and never again in fresh processes";
      tally.unexpected = 0;
    }
  }
  for (std::size_t subject = 0; subject < run.subjects.size(); ++subject) {
    for (const auto& [id, known] : run.campaign.tallies[subject].by_expectation) {
      const std::string key = id + " " + run.subjects[subject].module;
      if (std::find(explained.begin(), explained.end(), key) != explained.end()) {
        continue;
      }
      explained.push_back(key);
      if (auto divergence = investigator.investigate(subject, known.first, id); divergence.has_value()) {
        divergence->occurrences = known.occurrences;
        run.divergences.push_back(std::move(*divergence));
      }
    }
  }
}

int run_and_report(const Options& options, Plan plan, std::vector<Subject> subjects, const Home& home,
                   bool with_cases) {
  Run run;
  run.seed = plan.seed;
  run.command = options.command + (options.seed.has_value() ? "" : " --seed " + std::to_string(plan.seed));
  run.started = utc_now();
  run.subjects = std::move(subjects);
  run.baseline = options.baseline;
  const double begun_s = monotonic_s();
  if (with_cases) {
    run.conformance = run_cases(run, plan, home, conformance_request(options, plan), options.quiet);
    plan.seconds = std::max(plan.seconds - run.conformance.seconds, kSecondsLeft);
  }
  {
    ProgressLine line("replays", replays_planned(run.subjects, plan), plan.seconds, options.quiet);
    run.campaign = run_campaign(run.subjects, plan, home, [&](processes::Progress& progress) { line.show(progress); });
  }
  run.errors = run.conformance.errors;
  run.errors.insert(run.errors.end(), run.campaign.errors.begin(), run.campaign.errors.end());
  try {
    if (!run.campaign.interrupted) {
      investigate_all(run, plan, home);
    }
  } catch (const replay::Interrupted&) {
    run.campaign.interrupted = true;
  } catch (const replay::AdapterError& error) {
    run.errors.emplace_back(error.what());
  }
  run.seconds = monotonic_s() - begun_s;
  write_report(run, options.report);
  std::fputs(summary(run, options.quiet).c_str(), stdout);
  if (run.campaign.interrupted) {
    std::puts("interrupted: the report holds what was done so far");
  }
  return exit_code(run);
}

void print_seed(const Plan& plan) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(plan.seed));
  std::fflush(stdout);
}

}  // namespace

int command_run(const Options& options) {
  Plan plan = plan_of(options);
  print_seed(plan);
  const Home home = find_home();
  std::vector<Subject> subjects = subjects_of(options, home);
  plan.seconds = options.seconds.value_or(kRunSeconds);
  plan.virtual_scripts = kRunVirtualScripts;
  plan.lifecycle_scripts = kRunLifecycleScripts;
  plan.real_scripts = kRunRealScripts;
  // What virtual time reaches is replayed in real time as well, with nothing interposed.
  const std::size_t found = subjects.size();
  for (std::size_t index = 0; index < found; ++index) {
    if (!subjects[index].runs()) {
      continue;
    }
    if (subjects[index].time == Time::kReal) {
      plan.real_scripts = kRunPlugInScripts;
      continue;
    }
    Subject in_real_time = subjects[index];
    in_real_time.time = Time::kReal;
    in_real_time.launch.shim.clear();
    in_real_time.scripts_max = kRunRealScripts;
    in_real_time.takes_cases = false;
    subjects.push_back(in_real_time);
  }
  return run_and_report(options, plan, std::move(subjects), home, true);
}

int command_differential(const Options& options) {
  Plan plan = plan_of(options);
  print_seed(plan);
  const Home home = find_home();
  plan.seconds = options.seconds.value_or(options.scripts.has_value() ? 1e9 : kRunSeconds);
  plan.virtual_scripts = plan.real_scripts =
      options.scripts.value_or(options.seconds.has_value() ? kUnlimited : kRunVirtualScripts);
  plan.lifecycle_scripts = (plan.virtual_scripts + kScriptsALifecycle - 1) / kScriptsALifecycle;
  return run_and_report(options, plan, subjects_of(options, home), home, false);
}

}  // namespace lockstep::cli
