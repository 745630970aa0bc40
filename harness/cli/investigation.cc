#include "harness/cli/investigation.h"

#include <algorithm>
#include <functional>

#include "harness/cli/campaign.h"
#include "harness/cli/clock.h"
#include "harness/cli/exploration.h"
#include "harness/script/raced.h"
#include "harness/script/shrink.h"

namespace lockstep::cli {
namespace {

constexpr int kTries = 3;
constexpr double kShrinkSeconds = 12;
constexpr int kPreemptions = 2;
constexpr std::uint64_t kSchedulesMax = 3000;  // for one candidate

// One subject under observation: replays a script, in the processes it has or in fresh ones, and judges it.
class Observation {
 public:
  Observation(const Subject& subject, const Subject& reference, const Plan& plan, const Home& home)
      : verdicts_(subject, plan, home),
        reference_verdicts_(reference_of_edition(reference, subject.minor), plan, home),
        explorer_(subject, 1),
        carrier_(make_carrier(subject, 0)) {
    // In real time its trace is shown beside the subject's, but not held against it.
    comparable_ = subject.time == Time::kVirtual;
    if (!subject.reference && reference.runs() && reference.time == Time::kVirtual) {
      reference_ = make_carrier(reference_of_edition(reference, subject.minor), 1);
    }
  }

  Judged replay(const model::Script& script, std::uint64_t seed) {
    const replay::Item item{&script, seed};
    trace = carrier_->replay(std::span(&item, 1)).front();
    if (reference_ != nullptr) {
      reference_trace = reference_->replay(std::span(&item, 1)).front();
    }
    const bool comparable = reference_ != nullptr &&
                            reference_verdicts_.judge(script, reference_trace, nullptr).standing == Standing::kPassed;
    return verdicts_.judge(script, trace, comparable ? &reference_trace : nullptr);
  }

  void renew() { carrier_->renew(); }

  // A schedule, as plain as can be found with at most two preemptions, by which the script fails as `is_same` says.
  std::optional<std::vector<std::uint32_t>> find_schedule(const model::Script& script,
                                                          const std::function<bool(const Judged&)>& is_same) {
    std::optional<std::vector<std::uint32_t>> found;
    explore::Bounds bounds;
    for (bounds.preemptions = 0; bounds.preemptions <= kPreemptions && !found.has_value(); ++bounds.preemptions) {
      bounds.schedules_max = kSchedulesMax;
      const auto visit = [&](const explore::Behaviour& behaviour) {
        if (!is_same(verdicts_.judge(script, behaviour.trace(), nullptr))) {
          return explore::Verdict::kGoOn;
        }
        found.emplace(behaviour.played.taken.begin(), behaviour.played.taken.end());
        return explore::Verdict::kStop;
      };
      (void)explore::explore(explorer_.carrier_for(script), script, bounds, visit);
    }
    return found;
  }

  trace::Trace trace;
  trace::Trace reference_trace;

  [[nodiscard]] std::string reason_of(const std::string& id) const { return verdicts_.reason_of(id); }

 private:
  Verdicts verdicts_;
  Verdicts reference_verdicts_;
  Explorer explorer_;
  bool comparable_ = false;
  std::unique_ptr<replay::Carrier> carrier_;
  std::unique_ptr<replay::Carrier> reference_;
};

bool is_same(const Judged& judged, const std::string& expectation) {
  if (expectation.empty()) {
    return judged.standing == Standing::kUnexpected;
  }
  return judged.standing == Standing::kKnown &&
         std::find(judged.expectations.begin(), judged.expectations.end(), expectation) != judged.expectations.end();
}

// What fresh processes make of the script; nothing if it does not diverge so in any of three tries.
std::optional<Judged> repeat(Observation& observation, const model::Script& script, std::uint64_t seed,
                             const std::string& expectation) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    observation.renew();
    const Judged judged = observation.replay(script, seed);
    if (is_same(judged, expectation)) {
      return judged;
    }
  }
  return std::nullopt;
}

// The choices of the run become part of the script, unless it fails without them as well.
model::Script pin_choices(Observation& observation, const model::Script& script, std::uint64_t seed,
                          const std::string& expectation) {
  if (seed == 0 || is_same(observation.replay(script, 0), expectation)) {
    return script;
  }
  observation.renew();
  (void)observation.replay(script, seed);
  model::Script pinned = script;
  pinned.schedule = observation.trace.choices;
  return pinned;
}

model::Script shrink_in_time(Observation& observation, const model::Script& script, const std::string& expectation,
                             bool fresh) {
  const double begun_s = monotonic_s();
  const auto still_fails = [&](const model::Script& candidate) {
    if (monotonic_s() - begun_s > kShrinkSeconds) {
      return false;
    }
    if (fresh) {
      observation.renew();
    }
    return is_same(observation.replay(candidate, 0), expectation);
  };
  return still_fails(script) ? script::shrink(script, still_fails) : script;
}

// Shrinks a script with a race, and its schedule with it: a candidate fails if any schedule makes it fail. Then what is
// left of the schedule is shrunk, and the steps with it once more.
model::Script shrink_with_schedule(Observation& observation, const model::Script& script,
                                   const std::string& expectation) {
  const double begun_s = monotonic_s();
  const auto same = [&](const Judged& judged) { return is_same(judged, expectation); };
  const auto fails = [&](const model::Script& candidate) {
    return monotonic_s() - begun_s < kShrinkSeconds && observation.find_schedule(candidate, same).has_value();
  };
  model::Script plain = script;
  plain.schedule.clear();
  if (!fails(plain)) {
    return script;
  }
  plain = script::shrink(plain, fails);
  plain.schedule = observation.find_schedule(plain, same).value_or(plain.schedule);
  return plain;
}

}  // namespace

Investigator::Investigator(const std::vector<Subject>& subjects, const Plan& plan, const Home& home)
    : subjects_(subjects), plan_(plan), home_(home), groups_(groups_of(subjects, plan)) {}

std::optional<Divergence> Investigator::investigate(std::size_t subject, const Example& example,
                                                    const std::string& expectation) {
  return investigate(subject, script::generate(groups_[example.group].profile, plan_.seed, example.index),
                     choice_seed(plan_.seed, example.index), expectation);
}

std::optional<Divergence> Investigator::investigate(std::size_t subject, const model::Script& script,
                                                    std::uint64_t seed, const std::string& expectation) {
  Observation observation(subjects_[subject], subjects_.front(), plan_, home_);
  if (!repeat(observation, script, seed, expectation).has_value()) {
    return std::nullopt;
  }
  model::Script pinned = pin_choices(observation, script, seed, expectation);
  if (subjects_[subject].time == Time::kVirtual && script::has_race(script)) {
    pinned = shrink_with_schedule(observation, pinned, expectation);
  }
  Divergence divergence;
  divergence.subject = subject;
  divergence.known = !expectation.empty();
  divergence.expectation = expectation;
  divergence.reason = observation.reason_of(expectation);
  divergence.steps_before_shrinking = static_cast<int>(script.steps.size());
  // What shrinking found must hold in fresh processes too. If it needs what earlier candidates left behind, each
  // candidate is given fresh ones, which is slow; if even that fails, the script as it was first seen is reported.
  std::optional<Judged> judged;
  for (const bool fresh : {false, true}) {
    if (!judged.has_value()) {
      divergence.script = shrink_in_time(observation, pinned, expectation, fresh);
      judged = repeat(observation, divergence.script, 0, expectation);
    }
  }
  if (!judged.has_value()) {
    divergence.script = pinned;
    judged = repeat(observation, pinned, 0, expectation);
  }
  if (!judged.has_value()) {
    return std::nullopt;
  }
  divergence.finding = judged->finding;
  divergence.trace = observation.trace;
  divergence.reference_trace = observation.reference_trace;
  return divergence;
}

}  // namespace lockstep::cli
