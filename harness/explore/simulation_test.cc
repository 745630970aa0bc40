#include "harness/explore/simulation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/explore/explore.h"
#include "harness/script/parse.h"

namespace lockstep::explore {
namespace {

model::Script parsed(const std::string& steps) {
  return script::parse("lock L = Lock()\nlock R = RLock()\nprocess P: a d\nprocess Q: b\nprocess S: c\n" + steps,
                       "test")
      .value();
}

std::string played(const std::string& steps) {
  const model::Script script = parsed(steps);
  Simulation simulation;
  const replay::Item item{&script, 0, 0};
  return trace::print(simulation.replay(std::span(&item, 1)).front(), script);
}

TEST(SimulationTest, StepsBeginWhenTheOthersReturnedOrSleep) {
  EXPECT_EQ(played("a: L.acquire()\n"
                   "b: L.acquire(timeout=0.5)\n"
                   "b: L.release()\n"
                   "pause 0.25\n"
                   "a: L.release()\n"
                   "c: L.acquire(False)\n"
                   "c: L.acquire(True, 0.5)\n"
                   "pause 1\n"
                   "clock +3\n"
                   "kill Q\n"
                   "b: L.release()\n"
                   "kill Q\n"),
            "0.000000000 invoked 0 a\n"
            "0.000000000 returned 0 a True\n"
            "0.000000000 invoked 1 b\n"
            "0.000000000 blocked 1 b\n"
            "0.000000000 skipped 2 b\n"
            "0.250000000 done 3 - None\n"
            "0.250000000 invoked 4 a\n"
            "0.250000000 returned 4 a None\n"
            "0.250000000 returned 1 b True\n"
            "0.250000000 invoked 5 c\n"
            "0.250000000 returned 5 c False\n"
            "0.250000000 invoked 6 c\n"
            "0.250000000 blocked 6 c\n"
            "0.750000000 returned 6 c False\n"
            "1.250000000 done 7 - None\n"
            "1.250000000 done 8 - None\n"
            "1.250000000 done 9 - None\n"
            "1.250000000 skipped 10 b\n"
            "1.250000000 skipped 11 -\n"
            "1.250000000 ended -1 -\n");
}

TEST(SimulationTest, ThreadsOfAProcessShareAnObjectAndNotOwnership) {
  EXPECT_EQ(
      played("a: R.acquire()\n"
             "a: R.acquire(timeout=-1)\n"
             "d: R.release()\n"
             "d: R.acquire(timeout=nan)\n"
             "a: with R: body raises\n"
             "b: R.locked()\n"),
      "0.000000000 invoked 0 a\n"
      "0.000000000 returned 0 a True\n"
      "0.000000000 invoked 1 a\n"
      "0.000000000 returned 1 a True\n"
      "0.000000000 invoked 2 d\n"
      "0.000000000 returned 2 d raises AssertionError(\"attempt to release recursive lock not owned by thread\")\n"
      "0.000000000 invoked 3 d\n"
      "0.000000000 returned 3 d raises ValueError(\"timeout must not be NaN\")\n"
      "0.000000000 invoked 4 a\n"
      "0.000000000 returned 4 a raises RuntimeError(\"body\")\n"
      "0.000000000 invoked 5 b\n"
      "0.000000000 returned 5 b True\n"
      "0.000000000 ended -1 -\n");
}

TEST(SimulationTest, ACallThatADeathPreventsIsSkipped) {
  EXPECT_EQ(played("race\n"
                   "a: L.locked()\n"
                   "a: L.release()\n"
                   "a: L.locked()\n"
                   "kill P\n"
                   "end\n"
                   "schedule 0 1\n"),
            "0.000000000 invoked 1 a\n"
            "0.000000000 returned 1 a False\n"
            "0.000000000 done 4 - None\n"
            "0.000000000 skipped 2 a\n"
            "0.000000000 skipped 3 a\n"
            "0.000000000 ended -1 -\n");
}

TEST(SimulationTest, SupportsWhatNeedsNoPythonAndNoSystem) {
  for (const char* const step :
       {"a: L.acquire(True, timeout=2)\n", "a: L.acquire(block=False, timeout=None)\n", "a: L.locked()\n",
        "race\na: L.release()\nb: with R: body returns\nkill S\nclock +1\nend\n"}) {
    EXPECT_TRUE(Simulation::supports(parsed(step))) << step;
  }
  for (const char* const step :
       {"a: L.acquire(0.1)\n", "a: L.acquire(timeout=\"x\")\n", "a: L.acquire(timeout=10**400)\n", "a: repr(L)\n",
        "signal a returns\n", "exit b\n", "stop P\n"}) {
    const auto script = script::parse("lock L = Lock()\nprocess P: a\nprocess Q: b\n" + std::string(step), "test");
    ASSERT_TRUE(script.ok()) << step;
    EXPECT_FALSE(Simulation::supports(script.value())) << step;
  }
}

constexpr const char* kRace = "race\na: L.acquire()\nb: L.acquire()\na: L.release()\nb: L.release()\nend\n";

TEST(SimulationTest, AScheduleRepeatsItsRun) {
  const model::Script script = parsed(kRace);
  Simulation simulation;
  std::vector<replay::Schedule> schedules(50);
  for (std::size_t run = 0; run < schedules.size(); ++run) {
    schedules[run].seed = run + 1;
    schedules[run].pct_depth = static_cast<std::uint8_t>(run % 4);
  }
  std::vector<replay::Schedule> pinned;
  std::vector<trace::Trace> traces;
  std::vector<std::uint64_t> behaviours;
  for (const replay::Played& played : simulation.play(script, schedules)) {
    pinned.push_back({{played.taken.begin(), played.taken.end()}, 0, 0});
    behaviours.push_back(played.behaviour);
    traces.push_back(simulation.trace_of(traces.size()));
  }
  const std::span<const replay::Played> again = simulation.play(script, pinned);
  for (std::size_t run = 0; run < again.size(); ++run) {
    EXPECT_EQ(again[run].behaviour, behaviours[run]);
    EXPECT_EQ(simulation.trace_of(run), traces[run]);
    EXPECT_EQ(simulation.trace_of(run).misfit, -1);
  }
}

TEST(SimulationTest, AChoiceWithoutItsOptionIsAMisfit) {
  model::Script script = parsed(kRace);
  script.schedule = {0, 9};
  Simulation simulation;
  const replay::Item item{&script, 0, 0};
  EXPECT_EQ(simulation.replay(std::span(&item, 1)).front().misfit, 1);
}

// A release that a kill cuts short has taken effect by then or never will: no call that begins later reads the word as
// it was before.
TEST(SimulationTest, WhatADeadProcessStoredIsSeenFromItsDeathOn) {
  const model::Script script =
      parsed("race\nb: L.acquire()\nb: L.release()\nkill Q\na: L.acquire(False)\na: L.acquire(False)\nend\n");
  Simulation simulation;
  int late = 0;
  const Exploration found =
      explore(simulation, script, {.preemptions = 3, .stale = -1}, [&](const Behaviour& behaviour) {
        bool dead = false, refused = false;
        for (const trace::Event& event : behaviour.trace().events) {
          dead = dead || event.kind == trace::EventKind::kDone;
          const bool tries = dead && event.kind == trace::EventKind::kReturned && event.actor == 0;
          late += tries && refused && event.outcome.kind == model::OutcomeKind::kTrue ? 1 : 0;
          refused = refused || (tries && event.outcome.kind == model::OutcomeKind::kFalse);
        }
        return Verdict::kGoOn;
      });
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(late, 0);
}

TEST(SimulationTest, FewerStaleReadsAreFewerSchedules) {
  Simulation simulation;
  std::vector<std::uint64_t> schedules;
  for (const int stale : {0, 1, -1}) {
    const Exploration found = explore(simulation, parsed(kRace), {.preemptions = 2, .stale = stale},
                                      [](const Behaviour&) { return Verdict::kGoOn; });
    EXPECT_TRUE(found.complete);
    EXPECT_FALSE(found.nondeterministic.has_value());
    schedules.push_back(found.schedules);
  }
  EXPECT_LT(schedules[0], schedules[1]);
  EXPECT_LT(schedules[1], schedules[2]);
}

}  // namespace
}  // namespace lockstep::explore
