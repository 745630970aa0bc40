#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "harness/cli/clock.h"
#include "harness/cli/command.h"
#include "harness/cli/divergence_json.h"
#include "harness/cli/exploration.h"
#include "harness/cli/progress_line.h"
#include "harness/cli/report.h"
#include "harness/cli/summary.h"
#include "harness/processes/family.h"
#include "harness/script/print.h"
#include "harness/script/raced.h"
#include "harness/script/shrink.h"

namespace lockstep::cli {
namespace {

constexpr double kSeconds = 60;
constexpr std::uint64_t kSchedulesAScript = 256;            // of a generated one: most of what can go wrong shows early
constexpr std::uint64_t kSchedulesASimulatedScript = 4096;  // they are finer, and there are many more

// Short scripts of few actors, all of whose calls are issued together.
script::Profile explore_profile(const Subject& subject) {
  script::Profile profile = profile_of(subject);
  profile.steps = 8;
  profile.actors_max = 3;
  profile.lifecycle_percent = 0;
  profile.edge_percent = 0;
  return profile;
}

model::Script generated(const Subject& subject, std::uint64_t seed, std::uint64_t index) {
  model::Script script = script::generate(explore_profile(subject), seed, index);
  // In a race time passes by itself.
  std::erase_if(script.steps, [](const model::Step& step) { return step.kind == model::StepKind::kPause; });
  return script::raced(script);
}

explore::Bounds bounds_of(const Options& options, const Plan& plan) {
  explore::Bounds bounds;
  bounds.strategy = options.strategy == "random" ? explore::Strategy::kRandom
                    : options.strategy == "pct"  ? explore::Strategy::kPct
                                                 : explore::Strategy::kExhaustive;
  bounds.preemptions = options.preemptions.value_or(options.targets.empty() ? 2 : -1);
  bounds.seed = plan.seed;
  bounds.seconds = options.seconds.value_or(kSeconds);
  if (options.scripts.has_value() && !options.targets.empty()) {
    bounds.schedules_max = *options.scripts;
  }
  return bounds;
}

std::string who(const Subject& subject) { return subject.label() + " " + subject.python_version; }

// What was found of one subject, and what of it is to be looked at more closely.
struct Part {
  std::size_t subject = 0;
  Explored explored;
};

std::vector<std::size_t> usable(const Run& run) {
  std::vector<std::size_t> numbers;
  for (std::size_t number = 0; number < run.subjects.size(); ++number) {
    const Subject& subject = run.subjects[number];
    if (subject.runs() && subject.time == Time::kVirtual) {
      numbers.push_back(number);
    }
  }
  return numbers;
}

// Each worker takes every jobs-th script, and gives each subject its turn with it.
std::string explore_generated(const Run& run, const Plan& plan, const Home& home, const explore::Bounds& bounds,
                              const Options& options, int number, processes::Progress& progress) {
  nlohmann::json parts = nlohmann::json::array();
  const std::vector<std::size_t> subjects = usable(run);
  const double begun_s = monotonic_s();
  for (std::size_t at = 0; at < subjects.size(); ++at) {
    const Subject& subject = run.subjects[subjects[at]];
    Verdicts verdicts(subject, plan, home);
    Explorer explorer(subject, static_cast<int>(at));
    const double end_s = begun_s + bounds.seconds * static_cast<double>(at + 1) / static_cast<double>(subjects.size());
    Explored sum;
    for (std::uint64_t index = static_cast<std::uint64_t>(number);
         index < options.scripts.value_or(UINT64_MAX) && monotonic_s() < end_s && !progress.stop.load();
         index += static_cast<std::uint64_t>(plan.jobs)) {
      explore::Bounds each = bounds;
      each.seed = choice_seed(plan.seed, index);
      each.schedules_max = subject.simulated ? kSchedulesASimulatedScript : kSchedulesAScript;
      const model::Script script = generated(subject, plan.seed, index);
      sum.merge(explore_script(explorer.carrier_for(script), script, each, verdicts));
      progress.scripts.store(progress.scripts.load() + 1);
      if (sum.unexpected.has_value() || sum.nondeterministic.has_value()) {
        break;
      }
    }
    parts.push_back({{"subject", subjects[at]}, {"explored", sum}});
  }
  return parts.dump();
}

std::vector<Part> explore_all_generated(Run& run, const Plan& plan, const Home& home, const explore::Bounds& bounds,
                                        const Options& options) {
  std::vector<Part> parts;
  for (const std::size_t subject : usable(run)) {
    parts.push_back({subject, {}});
  }
  ProgressLine line("scripts", options.scripts.value_or(0) * parts.size(), bounds.seconds, options.quiet);
  const auto work = [&](int number, processes::Progress& progress) {
    return explore_generated(run, plan, home, bounds, options, number, progress);
  };
  for (const processes::WorkerResult& result :
       processes::run_workers(plan.jobs, work, [&](processes::Progress& progress) { line.show(progress); })) {
    if (!result.error.empty()) {
      run.errors.push_back(result.error);
      continue;
    }
    for (const auto& json : nlohmann::json::parse(result.output)) {
      const auto found = std::find_if(parts.begin(), parts.end(),
                                      [&](const Part& part) { return part.subject == json.at("subject"); });
      found->explored.merge(json.at("explored").get<Explored>());
    }
  }
  return parts;
}

// The same schedule twice, for the eye.
std::string both_courses(const Subject& subject, const model::Script& script) {
  const std::unique_ptr<replay::Scheduled> carrier = make_scheduled(subject, 0);
  const replay::Item item{&script, 0, 0};
  const trace::Trace first = carrier->replay(std::span(&item, 1)).front();
  for (int attempt = 0; attempt < 100; ++attempt) {
    const trace::Trace again = carrier->replay(std::span(&item, 1)).front();
    if (again.events != first.events) {
      return side_by_side(script, {{"one replay", &first}, {"another", &again}});
    }
  }
  return "  (100 further replays were all alike)\n";
}

// A run that was broken is its own proof: nothing else is replayed.
Divergence broken_divergence(const Subject& subject, const Part& part) {
  Divergence divergence;
  divergence.subject = part.subject;
  divergence.occurrences = 1;
  divergence.script = part.explored.unexpected->script;
  divergence.steps_before_shrinking = static_cast<int>(divergence.script.steps.size());
  Explorer explorer(subject, 0);
  const auto again = [&](const model::Script& script) {
    return with_broken_schedule(explorer, script, part.explored.broken);
  };
  model::Script plain = divergence.script;
  plain.schedule.clear();
  if (again(plain).has_value()) {
    plain = script::shrink(plain, [&](const model::Script& candidate) { return again(candidate).has_value(); });
    divergence.script = again(plain).value_or(divergence.script);
  }
  const replay::Item item{&divergence.script, 0, 0};
  divergence.trace = make_carrier(subject, 0)->replay(std::span(&item, 1)).front();
  divergence.finding = broken_finding(part.explored);
  return divergence;
}

// Confirms in fresh processes, shrinks, and adds to the run's divergences.
void look_closer(Run& run, const Part& part, Investigator& investigator) {
  const auto investigate = [&](const Witness& witness, const std::string& expectation) {
    auto divergence = investigator.investigate(part.subject, witness.script, 0, expectation);
    if (divergence.has_value()) {
      divergence->occurrences = expectation.empty() ? 1 : part.explored.known_count.at(expectation);
      run.divergences.push_back(std::move(*divergence));
    }
    return divergence.has_value();
  };
  Tally& tally = run.campaign.tallies[part.subject];
  if (!part.explored.broken.empty()) {
    run.divergences.push_back(broken_divergence(run.subjects[part.subject], part));
    ++tally.unexpected;
  } else if (part.explored.unexpected.has_value()) {
    investigate(*part.explored.unexpected, "") ? ++tally.unexpected : ++tally.inconclusive;
  }
  for (const auto& [id, witness] : part.explored.known) {
    const bool told = std::any_of(run.divergences.begin(), run.divergences.end(),
                                  [&, &id = id](const Divergence& other) { return other.expectation == id; });
    if (!told && !investigate(witness, id)) {
      tally.inconclusive += 1;
    }
  }
  tally.scripts += part.explored.scripts;
  tally.steps += part.explored.steps;
  tally.passed += part.explored.passed;
  tally.known += part.explored.diverged_as_known;
  tally.inconclusive += part.explored.inconclusive;
  tally.bypass_max = std::max(tally.bypass_max, part.explored.bypasses);
  run.campaign.replays += part.explored.schedules;
  run.campaign.steps += part.explored.steps;
}

void print_part(const Run& run, const Part& part, const explore::Bounds& bounds) {
  const Subject& subject = run.subjects[part.subject];
  std::printf("%s: %s", who(subject).c_str(), describe(part.explored, bounds).c_str());
  for (const auto& [id, witness] : part.explored.known) {
    std::printf("  known: %s, first in schedule %llu\n", id.c_str(), static_cast<unsigned long long>(witness.schedule));
  }
  if (part.explored.unexpected.has_value()) {
    std::printf("  DIVERGES in schedule %llu\n", static_cast<unsigned long long>(part.explored.unexpected->schedule));
  }
  if (part.explored.starving.has_value()) {
    std::printf("  waits longest: %s\n", replay_command(subject, part.explored.starving->script, "SCRIPT.lks").c_str());
  }
  if (part.explored.nondeterministic.has_value()) {
    std::printf("  NONDETERMINISTIC: the same schedule took two courses\n%s%s",
                script::print(part.explored.nondeterministic->script).c_str(),
                both_courses(subject, part.explored.nondeterministic->script).c_str());
  }
  std::fflush(stdout);
}

int finish(Run& run, std::vector<Part>& parts, const Options& options, const Plan& plan, const Home& home) {
  bool nondeterministic = false;
  for (const Part& part : parts) {
    std::vector<Subject> subjects = run.subjects;
    subjects[part.subject].simulated = part.explored.simulated > 0;
    Investigator investigator(subjects, plan, home);
    look_closer(run, part, investigator);
    nondeterministic = nondeterministic || part.explored.nondeterministic.has_value();
  }
  for (const Subject& subject : run.subjects) {
    if (subject.runs() && subject.time == Time::kReal) {
      std::fprintf(stderr, "%s: skipped: its locks are out of reach of the scheduler\n", subject.label().c_str());
    } else if (!subject.runs()) {
      std::fprintf(stderr, "%s: %s\n", subject.label().c_str(),
                   subject.failure.empty() ? ("skipped: " + subject.skip_reason).c_str() : subject.failure.c_str());
    }
  }
  for (const Divergence& divergence : run.divergences) {
    std::fputs(divergence_text(run, divergence).c_str(), stdout);
  }
  if (!options.report.empty()) {
    write_report(run, options.report);
  }
  const int code = exit_code(run);
  return code == 0 && nondeterministic ? 3 : code;
}

}  // namespace

int command_explore(const Options& options) {
  const Plan plan = plan_of(options);
  const Home home = find_home();
  Options named = options;
  if (named.impl.empty()) {
    named.impl = {"reference", "cpython"};
  }
  std::vector<Target> targets;
  for (const std::string& target : options.targets) {
    targets.push_back(read_target(options, target));
  }
  std::printf("seed %llu\n", static_cast<unsigned long long>(plan.seed));
  std::fflush(stdout);
  Run run;
  run.seed = plan.seed;
  run.command = options.command + (options.seed.has_value() ? "" : " --seed " + std::to_string(plan.seed));
  run.started = utc_now();
  run.subjects = subjects_of(named, home);
  for (Subject& subject : run.subjects) {
    subject.simulated = subject.reference;
  }
  run.campaign.tallies.resize(run.subjects.size());
  run.campaign.coverage = Coverage(spec::Edition{run.subjects.front().minor});
  const explore::Bounds bounds = bounds_of(options, plan);
  const double begun_s = monotonic_s();
  std::vector<Part> parts;
  if (targets.empty()) {
    parts = explore_all_generated(run, plan, home, bounds, options);
    for (const Part& part : parts) {
      print_part(run, part, bounds);
    }
  }
  for (const Target& target : targets) {
    const model::Script script = script::raced(target.script);
    if (!(script == target.script)) {
      std::printf("its calls are raced:\n%s", script::print(script).c_str());
    }
    for (const std::size_t subject : usable(run)) {
      if (lacks_a_kind(run.subjects[subject], script)) {
        continue;
      }
      Verdicts verdicts(run.subjects[subject], plan, home);
      Explorer explorer(run.subjects[subject], 0);
      parts.push_back({subject, explore_script(explorer.carrier_for(script), script, bounds, verdicts)});
      print_part(run, parts.back(), bounds);
    }
  }
  run.seconds = run.campaign.seconds = monotonic_s() - begun_s;
  return finish(run, parts, options, plan, home);
}

}  // namespace lockstep::cli
