#include "harness/explore/simulation.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "harness/explore/explore.h"
#include "harness/judge/explain.h"
#include "harness/processes/test_launch.h"
#include "harness/processes/virtual_carrier.h"
#include "harness/script/generate.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/raced.h"

// The simulation's traces, judged by the specification.
namespace lockstep::explore {
namespace {

const spec::Options kEdition311{.edition = {11}, .policies = {}};
constexpr std::uint64_t kSeed = 5;

script::Profile profile(int steps, int actors_max) {
  script::Profile profile;
  profile.steps = steps;
  profile.actors_max = actors_max;
  profile.lifecycle_percent = 0;
  profile.edge_percent = 0;
  return profile;
}

void expect_explained(judge::Explainer& explainer, const model::Script& script, const trace::Trace& trace) {
  const judge::Finding finding = explainer.explain(script, trace);
  EXPECT_EQ(finding.verdict, judge::Verdict::kAgree)
      << script::print(script) << trace::print(trace, script) << finding.clause << ": expected " << finding.expected
      << ", observed " << finding.observed;
}

TEST(SimulationJudgedTest, ScriptsWithoutRacesAgree) {
  Simulation simulation;
  judge::Explainer explainer(kEdition311);
  int played = 0;
  for (std::uint64_t index = 0; index < 2000 && !HasFailure(); ++index) {
    const model::Script script = script::generate(profile(12, 4), kSeed, index);
    if (Simulation::supports(script)) {
      const replay::Item item{&script, index + 1, 0};
      expect_explained(explainer, script, simulation.replay(std::span(&item, 1)).front());
      ++played;
    }
  }
  EXPECT_GT(played, 1500);
}

// The module that users import, in real processes under carrier P, and the templates that it is made of, simulated.
TEST(SimulationJudgedTest, WithoutRacesItsTracesAreThoseOfCarrierP) {
  processes::Launch launch = processes::launch("lockstep", "fork", true);
  launch.environment.push_back("PYTHONPATH=" + std::string(LOCKSTEP_BUILD) + "/python");
  processes::VirtualCarrier carrier(launch, 0);
  Simulation simulation;
  int compared = 0;
  for (std::uint64_t index = 0; index < 400; ++index) {
    const model::Script script = script::generate(profile(12, 4), kSeed, index);
    if (!Simulation::supports(script)) {
      continue;
    }
    const replay::Item item{&script, 0, 0};
    const trace::Trace real = carrier.replay(std::span(&item, 1)).front();
    const trace::Trace simulated = simulation.replay(std::span(&item, 1)).front();
    ASSERT_EQ(trace::print(real, script), trace::print(simulated, script)) << script::print(script);
    ++compared;
  }
  EXPECT_GT(compared, 300);
}

// Every behaviour of a raced script, within the bounds.
Exploration explore_judged(const model::Script& script, const Bounds& bounds) {
  Simulation simulation;
  judge::Explainer explainer(kEdition311);
  return explore(simulation, script, bounds, [&](const Behaviour& behaviour) {
    EXPECT_EQ(behaviour.played.broken, nullptr) << behaviour.played.broken << "\n" << script::print(script);
    expect_explained(explainer, script, behaviour.trace());
    return ::testing::Test::HasFailure() ? Verdict::kStop : Verdict::kGoOn;
  });
}

TEST(SimulationJudgedTest, GeneratedRacesAreExplained) {
  std::uint8_t kinds = 0;
  for (std::uint64_t index = 0; index < 300 && !HasFailure(); ++index) {
    model::Script script = script::raced(script::generate(profile(8, 3), kSeed, index));
    if (Simulation::supports(script)) {
      kinds |= explore_judged(script, {.preemptions = 2, .schedules_max = 500}).kinds;
    }
  }
  EXPECT_EQ(kinds & (model::kRun | model::kWaiter | model::kExpiry | model::kStore),
            model::kRun | model::kWaiter | model::kExpiry | model::kStore);
}

TEST(SimulationJudgedTest, RandomSchedulesAreExplained) {
  for (const Strategy strategy : {Strategy::kRandom, Strategy::kPct}) {
    for (std::uint64_t index = 0; index < 100 && !HasFailure(); ++index) {
      const model::Script script = script::raced(script::generate(profile(12, 4), kSeed + 1, index));
      if (Simulation::supports(script)) {
        explore_judged(script, {.strategy = strategy, .schedules_max = 200});
      }
    }
  }
}

model::Script parsed(const std::string& steps) {
  return script::parse("lock L = Lock()\nlock R = RLock()\nprocess P: a d\nprocess Q: b\nprocess S: c\n" + steps,
                       "test")
      .value();
}

TEST(SimulationJudgedTest, EveryScheduleOfTwoActorsIsExplained) {
  for (const char* const race : {
           "race\na: L.acquire()\nb: L.acquire()\na: L.release()\nb: L.release()\nend\n",
           "a: L.acquire()\nrace\na: L.release()\nb: L.acquire(timeout=1)\nend\n",
           "race\na: R.acquire()\nd: R.acquire(False)\na: R.release()\nd: R.release()\nend\n",
           "a: L.acquire()\nrace\na: L.release()\nb: L.release()\nend\n",
           "race\na: with L: body raises\nb: L.locked()\nend\n",
       }) {
    const Exploration found = explore_judged(parsed(race), {.stale = -1});
    EXPECT_TRUE(found.complete) << race;
    EXPECT_EQ(found.left_out, 0U) << race;
  }
}

TEST(SimulationJudgedTest, DeathsAndClockStepsInARaceAreExplained) {
  const Exploration found = explore_judged(
      parsed("a: L.acquire()\nb: L.acquire()\nrace\na: L.release()\nc: L.acquire(timeout=1)\nkill Q\nclock +5\nend\n"
             "pause 2\n"),
      {.preemptions = 2});
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.kinds & (model::kDeath | model::kClockStep), model::kDeath | model::kClockStep);
}

}  // namespace
}  // namespace lockstep::explore
