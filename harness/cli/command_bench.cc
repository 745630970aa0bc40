#include <cstdio>
#include <functional>

#include "harness/cli/clock.h"
#include "harness/cli/command.h"
#include "harness/cli/exploration.h"
#include "harness/processes/notified_carrier.h"
#include "harness/processes/program.h"
#include "harness/processes/workers.h"
#include "harness/script/parse.h"
#include "impl/platform/sim/bench.h"

namespace lockstep::cli {
namespace {

constexpr std::size_t kBatch = 128;
constexpr double kSeconds = 5;

// Does some work; returns how much.
using Round = std::function<std::size_t()>;

// For each worker its own.
using Prepare = std::function<Round(int number)>;

// The scripts that the goals are stated for: 20 steps, 3 actors, virtual time, no process started or ended.
script::Profile bench_profile() {
  script::Profile profile;
  profile.steps = 20;
  profile.actors_min = profile.actors_max = 3;
  profile.lifecycle_percent = 0;
  return profile;
}

// What the goals for schedules are stated for: two processes, the release race and what it leads to.
model::Script raced_script() {
  return script::parse(
             "lock L = Lock()\nprocess P: a\nprocess Q: b\na: L.acquire()\n"
             "race\na: L.release()\na: L.acquire(False)\nb: L.release()\nb: L.acquire(False)\nend\n",
             "bench")
      .value();
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

class Bench {
 public:
  Bench(const Plan& plan, const Home& home, double seconds, std::uint64_t seed)
      : plan_(plan), home_(home), seconds_(seconds), seed_(seed), batch_(make_batch(seed, 0)) {}

  void generate() {
    print("generate", rate([this](int number) -> Round {
            return [this, first = static_cast<std::uint64_t>(number) << 32U]() mutable {
              (void)make_batch(seed_, first += kBatch);
              return kBatch;
            };
          }),
          "scripts/s", 0);
  }

  void processes(const Subject& subject) {
    print("replay, carrier P" + of(subject), rate([&](int number) { return replaying(make_carrier(subject, number)); }),
          "scripts/s", goal(subject, 40'000));
  }

  void fibers(const Subject& subject) {
    print("replay, carrier F" + of(subject), rate([&](int number) { return replaying(make_fibers(subject, number)); }),
          "scripts/s", goal(subject, 300'000));
  }

  void notified(const Subject& subject) {
    const std::string reason = processes::NotifiedCarrier::unavailable();
    if (!reason.empty()) {
      std::printf("replay, carrier S: skipped, %s\n", reason.c_str());
      return;
    }
    print("replay, carrier S" + of(subject), rate([&](int number) {
            return replaying(std::make_unique<processes::NotifiedCarrier>(subject.launch, number));
          }),
          "scripts/s", goal(subject, 15'000));
  }

  void schedules(const Subject& subject) {
    print("every schedule, 2 processes, carrier F" + of(subject),
          rate([&](int number) { return exploring(make_fibers(subject, number)); }), "schedules/s",
          goal(subject, 300'000));
    print("every schedule, 2 processes, carrier P" + of(subject),
          rate([&](int number) { return exploring(make_scheduled(subject, number)); }), "schedules/s",
          goal(subject, 40'000));
  }

  void pipeline(const Subject& reference, const Subject& subject) {
    const Prepare prepare = [&](int number) -> Round {
      const std::shared_ptr<replay::Carrier> ours = make_carrier(reference, 2 * number);
      const std::shared_ptr<replay::Carrier> theirs = make_carrier(subject, 2 * number + 1);
      const auto our_verdicts = std::make_shared<Verdicts>(reference, plan_, home_);
      const auto their_verdicts = std::make_shared<Verdicts>(subject, plan_, home_);
      return [=, seed = seed_, first = static_cast<std::uint64_t>(number) << 32U]() mutable {
        const Batch fresh = make_batch(seed, first += kBatch);
        const auto expected = ours->replay(fresh.items);
        const auto traces = theirs->replay(fresh.items);
        for (std::size_t at = 0; at < kBatch; ++at) {
          const bool passed =
              our_verdicts->judge(fresh.scripts[at], expected[at], nullptr).standing == Standing::kPassed;
          (void)their_verdicts->judge(fresh.scripts[at], traces[at], passed ? &expected[at] : nullptr);
        }
        return kBatch;
      };
    };
    print("generate, replay reference and " + subject.label() + ", judge", rate(prepare), "pairs/s", 8'000);
  }

  void simulation() {
    double runs = 0, operations = 0;
    for (const std::string& output : outputs([this](int) {
           const auto speed = impl::sim::measure(seconds_);
           return std::to_string(speed.runs_per_s) + " " + std::to_string(speed.operations_per_s);
         })) {
      runs += std::stod(output);
      operations += std::stod(output.substr(output.find(' ')));
    }
    print("simulation of the reference, 4 actors x 3 operations", runs, "runs/s", 200'000);
    print("the same, every word operation a scheduling point", operations, "operations/s", 4'000'000);
  }

 private:
  static std::string of(const Subject& subject) { return ", " + subject.label() + " " + subject.python_version; }
  static double goal(const Subject& subject, double of_cpython) {
    return subject.exact && !subject.reference ? of_cpython : 0;
  }

  Round replaying(std::shared_ptr<replay::Carrier> carrier) {
    return [this, carrier = std::move(carrier)] { return carrier->replay(batch_.items).size(); };
  }

  static Round exploring(std::shared_ptr<replay::Scheduled> carrier) {
    return [carrier = std::move(carrier), script = raced_script()] {
      const auto look_away = [](const explore::Behaviour&) { return explore::Verdict::kGoOn; };
      return explore::explore(*carrier, script, {}, look_away).schedules;
    };
  }

  // What `work` says in each of the workers, which run at once.
  std::vector<std::string> outputs(const std::function<std::string(int)>& work) const {
    std::vector<std::string> texts;
    for (const processes::WorkerResult& result : processes::run_workers(
             plan_.jobs, [&](int number, processes::Progress&) { return work(number); }, [](processes::Progress&) {})) {
      if (!result.error.empty()) {
        throw replay::AdapterError(result.error);
      }
      texts.push_back(result.output);
    }
    return texts;
  }

  // Units of work a second, of all workers together.
  double rate(const Prepare& prepare) const {
    double sum = 0;
    for (const std::string& output : outputs([&](int number) {
           const Round round = prepare(number);
           (void)round();  // starts the processes
           const double begun_s = monotonic_s();
           std::size_t done = 0;
           while (monotonic_s() - begun_s < seconds_) {
             done += round();
           }
           return std::to_string(static_cast<double>(done) / (monotonic_s() - begun_s));
         })) {
      sum += std::stod(output);
    }
    return sum;
  }

  static void print(const std::string& what, double measured, const char* unit, double goal) {
    std::printf("%-62s %10.0f %-12s", what.c_str(), measured, unit);
    if (goal > 0) {
      std::printf(" goal %8.0f  %s", goal, measured >= goal ? "reached" : "MISSED");
    }
    std::printf("\n");
    std::fflush(stdout);
  }

  const Plan& plan_;
  const Home& home_;
  double seconds_;
  std::uint64_t seed_;
  Batch batch_;
};

// The lock itself, whose rows Python code measures in interpreters of its own.
void bench_lock(const Home& home) {
  constexpr double kSecondsMax = 3600;
  const processes::Finished finished =
      processes::run_program({home.python, "-P", "-m", "impl.bench"}, {"PYTHONPATH=" + home.checkout}, kSecondsMax);
  std::printf("\n%s", finished.output.c_str());
  if (!finished.errors.empty()) {
    throw replay::AdapterError("impl.bench: " + finished.death + "\n" + finished.errors);
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
  for (const Subject& subject : subjects) {
    if (!subject.runs()) {
      throw replay::AdapterError(subject.failure.empty() ? subject.skip_reason : subject.failure);
    }
  }
  std::printf("20-step scripts, 3 actors, virtual time; %d workers, one a processor; %.0f s each\n", plan.jobs,
              seconds);
  Bench bench(plan, home, seconds, options.seed.value_or(1));
  bench.generate();
  bench.simulation();
  for (const Subject& subject : subjects) {
    if (subject.time == Time::kVirtual) {
      bench.processes(subject);
      bench.fibers(subject);
      bench.notified(subject);
      bench.schedules(subject);
    }
    if (!subject.reference && subjects.front().reference && subject.minor == subjects.front().minor) {
      bench.pipeline(subjects.front(), subject);
    }
  }
  if (options.impl.empty()) {
    bench_lock(home);
  }
  return 0;
}

}  // namespace lockstep::cli
