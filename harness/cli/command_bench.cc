#include <cstdio>
#include <functional>

#include "harness/cli/clock.h"
#include "harness/cli/command.h"
#include "harness/processes/notified_carrier.h"
#include "harness/processes/workers.h"

namespace lockstep::cli {
namespace {

constexpr std::size_t kBatch = 128;
constexpr double kSeconds = 5;

// The scripts that the goals are stated for: 20 steps, 3 actors, virtual time, no process started or ended.
script::Profile bench_profile() {
  script::Profile profile;
  profile.steps = 20;
  profile.actors_min = profile.actors_max = 3;
  profile.lifecycle_percent = 0;
  return profile;
}

struct Batch {
  std::vector<model::Script> scripts;
  std::vector<replay::Item> items;
};

Batch make_batch(std::uint64_t seed, std::uint64_t first) {
  Batch batch;
  for (std::size_t at = 0; at < kBatch; ++at) {
    batch.scripts.push_back(script::generate(bench_profile(), seed, first + at));
  }
  for (std::size_t at = 0; at < kBatch; ++at) {
    batch.items.push_back({&batch.scripts[at], choice_seed(seed, first + at)});
  }
  return batch;
}

// Runs `round`, which does one batch, for `seconds` in each of `jobs` processes at once. Returns units a second in all.
double rate(int jobs, double seconds, const std::function<std::function<void()>(int)>& prepare) {
  const auto work = [&](int number, processes::Progress&) {
    const std::function<void()> round = prepare(number);
    round();  // starts the processes
    const double begun_s = monotonic_s();
    std::size_t rounds = 0;
    while (monotonic_s() - begun_s < seconds) {
      round();
      ++rounds;
    }
    return std::to_string(static_cast<double>(rounds * kBatch) / (monotonic_s() - begun_s));
  };
  double sum = 0;
  for (const processes::WorkerResult& result : processes::run_workers(jobs, work, [](processes::Progress&) {})) {
    if (!result.error.empty()) {
      throw replay::AdapterError(result.error);
    }
    sum += std::stod(result.output);
  }
  return sum;
}

void print(const char* what, double measured, const char* unit, double goal) {
  std::printf("%-58s %12.0f %-12s", what, measured, unit);
  if (goal > 0) {
    std::printf(" goal %8.0f  %s", goal, measured >= goal ? "reached" : "MISSED");
  }
  std::printf("\n");
  std::fflush(stdout);
}

void bench_carrier_s(const std::vector<Subject>& subjects, const Plan& plan, double seconds,
                     const std::shared_ptr<Batch>& batch) {
  for (const Subject& subject : subjects) {
    if (const std::string reason = processes::NotifiedCarrier::unavailable(); !reason.empty()) {
      std::printf("replay, carrier S: skipped, %s\n", reason.c_str());
      return;
    }
    const auto prepare = [&](int number) -> std::function<void()> {
      const auto carrier = std::make_shared<processes::NotifiedCarrier>(subject.launch, number);
      return [carrier, batch] { (void)carrier->replay(batch->items); };
    };
    print(("replay, carrier S, " + subject.label() + " " + subject.python_version).c_str(),
          rate(plan.jobs, seconds, prepare), "scripts/s", subject.exact && !subject.reference ? 15'000 : 0);
  }
}

}  // namespace

int command_bench(const Options& options) {
  const Home home = find_home();
  Options named = options;
  if (named.impl.empty()) {
    named.impl = {"reference", "cpython"};
  }
  const std::vector<Subject> subjects = subjects_of(named, home);
  const Plan plan = plan_of(options);
  const double seconds = options.seconds.value_or(kSeconds);
  const std::uint64_t seed = options.seed.value_or(1);
  for (const Subject& subject : subjects) {
    if (!subject.runs()) {
      throw replay::AdapterError(subject.failure.empty() ? subject.skip_reason : subject.failure);
    }
  }
  std::printf("20-step scripts, 3 actors, virtual time; %d workers, one a processor; %.0f s each\n", plan.jobs,
              seconds);
  std::shared_ptr<Batch> batch = std::make_shared<Batch>(make_batch(seed, 0));
  print("generate",
        rate(plan.jobs, seconds,
             [&](int number) -> std::function<void()> {
               return [seed, first = static_cast<std::uint64_t>(number) << 32U]() mutable {
                 (void)make_batch(seed, first += kBatch);
               };
             }),
        "scripts/s", 0);
  for (const Subject& subject : subjects) {
    const auto prepare = [&](int number) -> std::function<void()> {
      const std::shared_ptr<replay::Carrier> carrier = make_carrier(subject, number);
      return [carrier, batch] { (void)carrier->replay(batch->items); };
    };
    print(("replay, carrier P, " + subject.label() + " " + subject.python_version).c_str(),
          rate(plan.jobs, seconds, prepare), "scripts/s", subject.exact && !subject.reference ? 20'000 : 0);
  }
  bench_carrier_s(subjects, plan, seconds, batch);
  for (const Subject& subject : subjects) {
    if (subject.reference || subject.minor != subjects.front().minor) {
      continue;
    }
    const auto prepare = [&](int number) -> std::function<void()> {
      const std::shared_ptr<replay::Carrier> ours = make_carrier(subjects.front(), 2 * number);
      const std::shared_ptr<replay::Carrier> theirs = make_carrier(subject, 2 * number + 1);
      const auto our_verdicts = std::make_shared<Verdicts>(subjects.front(), plan, home);
      const auto their_verdicts = std::make_shared<Verdicts>(subject, plan, home);
      return [=, first = static_cast<std::uint64_t>(number) << 32U]() mutable {
        const Batch fresh = make_batch(seed, first += kBatch);
        const auto reference = ours->replay(fresh.items);
        const auto traces = theirs->replay(fresh.items);
        for (std::size_t at = 0; at < kBatch; ++at) {
          const bool passed =
              our_verdicts->judge(fresh.scripts[at], reference[at], nullptr).standing == Standing::kPassed;
          (void)their_verdicts->judge(fresh.scripts[at], traces[at], passed ? &reference[at] : nullptr);
        }
      };
    };
    print(("generate, replay reference and " + subject.label() + ", judge").c_str(), rate(plan.jobs, seconds, prepare),
          "pairs/s", 8'000);
  }
  return 0;
}

}  // namespace lockstep::cli
