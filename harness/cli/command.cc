#include "harness/cli/command.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "harness/cli/report.h"
#include "harness/processes/workers.h"
#include "harness/script/parse.h"
#include "harness/script/token.h"

namespace lockstep::cli {

std::vector<Subject> subjects_of(const Options& options, const Home& home) {
  const auto found = implementations(options.impl);
  if (!found.ok()) {
    throw UsageError(found.error().text());
  }
  return find_subjects(found.value(), home, options.time == "real" ? Time::kReal : Time::kVirtual);
}

Plan plan_of(const Options& options) {
  Plan plan;
  plan.seed = options.seed.value_or(std::random_device()());
  plan.jobs = options.jobs > 0 ? options.jobs : processes::processors();
  plan.fail_fast = options.fail_fast;
  plan.plug_in_level = options.level == "all"    ? spec::Level::kObserved
                       : options.level == "must" ? spec::Level::kMust
                                                 : spec::Level::kShould;
  plan.expectations = options.expectations;
  if (!options.shard.empty()) {
    const auto shard = parse_shard(options.shard);
    if (!shard.ok()) {
      throw UsageError(shard.error().text());
    }
    plan.shard = shard.value();
  }
  return plan;
}

Run new_run(const Options& options, const Plan& plan) {
  Run run;
  run.seed = plan.seed;
  run.command = options.command + (options.seed.has_value() ? "" : " --seed " + std::to_string(plan.seed));
  run.started = utc_now();
  // The report is written after reports/latest has moved on.
  run.baseline = options.baseline.empty() ? "" : std::filesystem::canonical(options.baseline).string();
  return run;
}

Target read_target(const Options& options, const std::string& name) {
  Target target;
  target.time = options.time == "real" ? Time::kReal : Time::kVirtual;
  if (script::looks_like_token(name)) {
    auto decoded = script::decode(name);
    if (!decoded.ok()) {
      throw UsageError(decoded.error().text());
    }
    target.script = std::move(decoded.value().script);
    if (const auto& origin = decoded.value().origin; origin.has_value()) {
      target.seed = choice_seed(origin->seed, origin->index);
      target.time = origin->profile.real_time ? Time::kReal : target.time;
    }
    return target;
  }
  std::ifstream file(name);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    throw UsageError(name + ": can't be read; expected a script's file or a token");
  }
  auto parsed = script::parse(text.str(), name);
  if (!parsed.ok()) {
    throw UsageError(parsed.error().text());
  }
  target.script = std::move(parsed.value());
  target.case_name = case_name_of(name);
  return target;
}

}  // namespace lockstep::cli
