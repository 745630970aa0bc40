#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

#include "harness/cli/command.h"
#include "harness/cli/nightly.h"
#include "harness/processes/family.h"
#include "harness/processes/interpreter.h"
#include "harness/processes/workers.h"

namespace lockstep::cli {
namespace {

// What is too much for every subject is done under one start method: none makes a difference to carrier P once its
// processes have begun, and carrier F has none.
struct Kind {
  const char* name;
  bool fork_only;
  std::vector<Part> (*run)(const Subject&, const Load&);
};

constexpr std::array<Kind, 7> kKinds = {{
    {"audit", false, audit_carriers},
    {"determinism", true, repeat_replays},
    {"tokens", true, replay_all_tokens},
    {"all schedules", true, certify},
    {"the release race", true, [](const Subject& subject, const Load&) { return repeat_release_race(subject); }},
    {"a timeout of an hour", true, [](const Subject& subject, const Load&) { return kill_an_hour(subject); }},
    {"slow cases", true, run_slow_cases},
}};

struct Task {
  const Kind* kind = nullptr;
  const Subject* subject = nullptr;
};

struct Counts {
  int passed = 0, failed = 0, skipped = 0;
};

void print(const Part& part, const std::string& subject, Counts& counts) {
  const char* const verdict = !part.skipped.empty() ? "SKIPPED" : part.passed ? "PASS" : "FAIL";
  ++(!part.skipped.empty() ? counts.skipped : part.passed ? counts.passed : counts.failed);
  std::ostringstream line;  // one write a part: the workers share their output
  line.precision(1);
  line << std::fixed << verdict << "  " << part.name << ", " << subject << ": "
       << (part.skipped.empty() ? part.measured : part.skipped) << "  (" << part.seconds << " s)\n"
       << part.details;
  std::fputs(line.str().c_str(), stdout);
  std::fflush(stdout);
}

void run(const Task& task, const Load& load, Counts& counts) {
  const std::string subject = task.subject->label() + " " + task.subject->python_version;
  std::vector<Part> parts;
  try {
    parts = task.kind->run(*task.subject, load);
  } catch (const replay::NotAvailable& error) {
    parts = {{task.kind->name, "", true, 0, error.what()}};
  } catch (const replay::AdapterError& error) {
    parts = {{task.kind->name, error.what(), false}};
  }
  for (const Part& part : parts) {
    print(part, subject, counts);
  }
}

// Without --impl the reference and every CPython found.
std::vector<Subject> find_nightly_subjects(const Options& options) {
  Options named = options;
  if (named.impl.empty()) {
    named.impl = {"reference:all"};
    for (const std::string& python : processes::all_interpreters()) {
      named.impl.push_back("cpython@" + python + ":all");
    }
  }
  std::vector<Subject> subjects = subjects_of(named, find_home());
  if (options.impl.empty()) {
    std::erase_if(subjects, [](const Subject& subject) { return subject.interpreter != "cpython"; });
  }
  return subjects;
}

std::vector<Task> tasks_of(const std::vector<Subject>& subjects, Counts& counts) {
  std::vector<Task> tasks;
  for (const Subject& subject : subjects) {
    if (!subject.runs() || subject.time == Time::kReal) {
      const bool failed = !subject.failure.empty();
      const std::string& why = failed ? subject.failure : subject.runs() ? subject.note : subject.skip_reason;
      print({"all parts", why, !failed, 0, failed ? "" : why}, subject.label(), counts);
      continue;
    }
    for (const Kind& kind : kKinds) {
      if (!kind.fork_only || subject.start_method == "fork") {
        tasks.push_back({&kind, &subject});
      }
    }
  }
  return tasks;
}

}  // namespace

int command_nightly(const Options& options) {
  const Plan plan = plan_of(options);
  const Load load{plan.seed, options.seconds.value_or(kNightlySeconds) / kNightlySeconds};
  std::printf("seed %llu\n", static_cast<unsigned long long>(plan.seed));
  Counts counts;
  const std::vector<Subject> subjects = find_nightly_subjects(options);
  const std::vector<Task> tasks = tasks_of(subjects, counts);
  std::fflush(stdout);
  const auto work = [&](int number, processes::Progress&) {
    Counts mine;
    for (auto at = static_cast<std::size_t>(number); at < tasks.size(); at += static_cast<std::size_t>(plan.jobs)) {
      run(tasks[at], load, mine);
    }
    return std::to_string(mine.passed) + " " + std::to_string(mine.failed) + " " + std::to_string(mine.skipped);
  };
  for (const processes::WorkerResult& result : processes::run_workers(plan.jobs, work, [](processes::Progress&) {})) {
    if (processes::interrupted()) {
      throw replay::Interrupted();
    }
    if (!result.error.empty()) {
      throw replay::AdapterError(result.error);
    }
    Counts theirs;
    std::istringstream(result.output) >> theirs.passed >> theirs.failed >> theirs.skipped;
    counts = {counts.passed + theirs.passed, counts.failed + theirs.failed, counts.skipped + theirs.skipped};
  }
  if (options.impl.empty()) {
    for (const Part& part : run_programs(find_home(), load, plan.jobs)) {
      print(part, "whole project", counts);
    }
  }
  std::printf("%d passed, %d failed, %d skipped\n", counts.passed, counts.failed, counts.skipped);
  if (counts.failed > 0) {
    std::printf("repeat: %s%s\n", options.command.c_str(),
                options.seed.has_value() ? "" : (" --seed " + std::to_string(plan.seed)).c_str());
    return 1;
  }
  return counts.passed > 0 ? 0 : 4;
}

}  // namespace lockstep::cli
