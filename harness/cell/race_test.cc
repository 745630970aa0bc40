#include "harness/cell/race.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/cell/test_cell.h"
#include "harness/model/choice.h"

namespace lockstep::cell {
namespace {

using model::OutcomeKind;
using model::StepKind;

// Actors that use semaphore 0 as CPython's Lock does, with a scheduling point before each of its calls of sem_*:
// acquire is sem_trywait, then a wait; release is sem_getvalue, then sem_post.
class RaceTest : public CellTest {
 protected:
  static Step of(StepKind kind) { return {kind, 0, 0, 0, 0, 0, 0, 1'000'000'000}; }

  // Returns the outcomes, in the order of the steps.
  std::string play(const std::vector<Step>& steps, const std::vector<std::uint8_t>& pinned, bool threads = false,
                   std::uint64_t seed = 0, std::uint8_t pct_depth = 0) {
    Script& script = load(3, steps, pinned, threads);
    script.seed = seed;
    script.pct_depth = pct_depth;
    phases_.fill(0);
    run();
    std::vector<std::string> outcomes(steps.size());
    std::vector<std::int64_t> invoked_ns(steps.size());
    for (std::uint32_t at = 0; at < script.events; ++at) {
      const Event& event = cell_->events[script.first_event + at];
      if (event.kind == EventKind::kInvoked) {
        invoked_ns[static_cast<std::size_t>(event.step)] = event.time_ns;
      } else if (event.kind == EventKind::kReturned) {
        if (event.outcome == static_cast<std::uint32_t>(OutcomeKind::kFalse)) {
          waits_ns_.insert(event.time_ns - invoked_ns[static_cast<std::size_t>(event.step)]);
        }
        const bool raised = event.outcome >= kFirstText;
        outcomes[static_cast<std::size_t>(event.step)] =
            raised ? "raises" : model::to_string({static_cast<OutcomeKind>(event.outcome), ""});
      } else if (event.kind == EventKind::kSkipped || event.kind == EventKind::kDone) {
        outcomes[static_cast<std::size_t>(event.step)] = event.kind == EventKind::kDone ? "done" : "skipped";
      }
    }
    std::string text;
    for (std::size_t step = 0; step < steps.size(); ++step) {
      const bool frame = steps[step].kind == StepKind::kRace || steps[step].kind == StepKind::kEnd;
      text += frame ? "" : (text.empty() ? "" : " ") + (outcomes[step].empty() ? "blocks" : outcomes[step]);
    }
    return text;
  }

  // Every schedule, depth first. Returns how often each combination of outcomes came up.
  std::map<std::string, int> explore(const std::vector<Step>& steps, bool threads = false) {
    std::map<std::string, int> found;
    std::vector<std::uint8_t> pinned;
    for (;;) {
      ++found[play(steps, pinned, threads)];
      const std::uint32_t choices = cell_->scripts[0].choices;
      std::size_t place = choices;
      while (place > 0 && cell_->choices[place - 1] + 1 == cell_->degrees[place - 1]) {
        --place;
      }
      if (place == 0) {
        return found;
      }
      pinned.assign(cell_->choices, cell_->choices + place);
      ++pinned.back();
    }
  }

  // How long the calls took that timed out, in all plays.
  std::set<std::int64_t> waits_ns_;

  static int total(const std::map<std::string, int>& found) {
    int sum = 0;
    for (const auto& [outcomes, times] : found) {
      sum += times;
    }
    return sum;
  }

 private:
  // One step of a call: up to its next scheduling point, a wait, or its end. Phase 0: it has just been invoked.
  void move(int index) override {
    Party& party = cell_->parties[index];
    int& phase = phases_[static_cast<std::size_t>(index)];
    Semaphore& semaphore = cell_->semaphores[0];
    if (party.command.shape == kRelease) {
      if (phase == 0) {
        party.at_first_point = 0;
        if (semaphore.value >= 1) {
          return end(index, OutcomeKind::kRaised);
        }
        phase = 1;
        if (cell_->race_end != 0) {
          party.state = State::kPoint;
          return;
        }
      }
      ++semaphore.value;
      return end(index, OutcomeKind::kNone);
    }
    if (phase == 1) {
      return end(index, party.wake == Wake::kTimedOut ? OutcomeKind::kFalse : OutcomeKind::kTrue);
    }
    if (semaphore.value > 0) {
      --semaphore.value;
      return end(index, OutcomeKind::kTrue);
    }
    phase = 1;
    wait(index);
  }

  void end(int index, OutcomeKind outcome) {
    phases_[static_cast<std::size_t>(index)] = 0;
    finish(index, outcome);
  }

  std::array<int, kHostParty> phases_{};
};

// What the schedules come to, reckoned without the scheduler: the atomic parts of two releases, r = look, R = post, are
// shuffled in all ways. 2 look first: both post.
TEST_F(RaceTest, TwoReleasesOfAHeldLockAreShuffledInEveryWay) {
  const auto found =
      explore({call(0, kAcquire), of(StepKind::kRace), call(0, kRelease), call(1, kRelease), of(StepKind::kEnd)});
  // rRsS rsRS rsSR srRS srSR sSrR without the parts that a release which fails does not come to.
  EXPECT_EQ(found,
            (std::map<std::string, int>{{"True None None", 4}, {"True None raises", 1}, {"True raises None", 1}}));
}

TEST_F(RaceTest, WithinOneProcessTheInterpretersLockKeepsAReleaseWhole) {
  const auto found =
      explore({call(0, kAcquire), of(StepKind::kRace), call(0, kRelease), call(1, kRelease), of(StepKind::kEnd)}, true);
  EXPECT_EQ(found, (std::map<std::string, int>{{"True None raises", 1}, {"True raises None", 1}}));
}

// The number of ways to shuffle n1 + n2 + n3 atomic parts is a multinomial coefficient.
TEST_F(RaceTest, ThereAreAsManySchedulesAsShuffles) {
  const std::vector<Step> steps = {of(StepKind::kRace), call(0, kRelease), call(0, kRelease), call(1, kRelease),
                                   call(2, kRelease),   call(2, kRelease), call(2, kRelease), of(StepKind::kEnd)};
  const auto found = explore(steps);  // of a free lock: each is one part, and fails
  EXPECT_EQ(total(found), 60);        // 6! / (2! 1! 3!)
}

TEST_F(RaceTest, AnActorMakesItsCallsInOrderAndABlockedOneMakesNoMore) {
  const auto found = explore({of(StepKind::kRace), call(0, kAcquire), call(0, kAcquire), call(0, kRelease),
                              call(1, kRelease), of(StepKind::kEnd)});
  EXPECT_TRUE(found.contains("True blocks skipped raises"));
  EXPECT_TRUE(found.contains("True True None None"));
  for (const auto& [outcomes, times] : found) {
    EXPECT_NE(outcomes.substr(0, 6), "blocks") << outcomes;
  }
}

TEST_F(RaceTest, ADeadlineMayPassBeforeOrAfterARelease) {
  const std::vector<Step> steps = {call(0, kAcquire), of(StepKind::kRace), call(1, kAcquireHalfSecond),
                                   call(0, kRelease), of(StepKind::kEnd)};
  const auto found = explore(steps);
  EXPECT_TRUE(found.contains("True True None"));
  EXPECT_TRUE(found.contains("True False None"));
  EXPECT_EQ(found.size(), 2U);
}

// Two threads wait to different times. The first to expire may have to wait for the interpreter's lock as well.
TEST_F(RaceTest, NoTimePassesUntilAnExpiredThreadHasReturned) {
  Step quarter = of(StepKind::kPause);
  quarter.duration_ns = 250'000'000;
  const auto found = explore({call(0, kAcquire), call(1, kAcquireHalfSecond), quarter, of(StepKind::kRace),
                              call(2, kAcquireHalfSecond), call(0, kAcquireHalfSecond), of(StepKind::kEnd)},
                             true);
  EXPECT_GT(total(found), 1);
  EXPECT_EQ(waits_ns_, (std::set<std::int64_t>{500'000'000}));
}

TEST_F(RaceTest, AProcessMayDieBetweenAnyTwoPartsOfItsCalls) {
  std::vector<Step> steps = {call(0, kAcquire), of(StepKind::kRace), call(0, kRelease), of(StepKind::kKill),
                             of(StepKind::kEnd)};
  const auto found = explore(steps);
  EXPECT_EQ(found, (std::map<std::string, int>{{"True None done", 1},        // after the release,
                                               {"True blocks done", 1},      // between look and post,
                                               {"True skipped done", 1}}));  // before it
  EXPECT_EQ(cell_->kinds[0] & model::kDeath, model::kDeath);
}

TEST_F(RaceTest, AClockMayBeSteppedAtAnyTime) {
  const auto found = explore({call(0, kAcquire), of(StepKind::kRace), call(1, kAcquireHalfSecond), call(0, kRelease),
                              of(StepKind::kClock), of(StepKind::kEnd)});
  EXPECT_TRUE(found.contains("True False None done"));
  EXPECT_TRUE(found.contains("True True None done"));
}

TEST_F(RaceTest, TakingTheTurnFromOneThatCouldGoOnIsMarkedAsPreemption) {
  const std::vector<Step> steps = {call(0, kAcquire), of(StepKind::kRace), call(0, kRelease), call(1, kRelease),
                                   of(StepKind::kEnd)};
  EXPECT_EQ(play(steps, {}), "True None raises");
  ASSERT_EQ(cell_->scripts[0].choices, 2U);
  EXPECT_EQ(cell_->kinds[0], model::kRun);  // nobody had the turn yet
  EXPECT_EQ(cell_->kinds[1], model::kRun | model::kPreempts);
}

TEST_F(RaceTest, RandomAndPctSchedulesDependOnTheSeedAloneAndReachEverything) {
  const std::vector<Step> steps = {call(0, kAcquire), of(StepKind::kRace), call(0, kRelease), call(1, kRelease),
                                   of(StepKind::kEnd)};
  for (const std::uint8_t depth : {std::uint8_t{0}, std::uint8_t{2}}) {
    std::set<std::string> reached;
    for (std::uint64_t seed = 1; seed < 60; ++seed) {
      const std::string outcomes = play(steps, {}, false, seed, depth);
      EXPECT_EQ(outcomes, play(steps, {}, false, seed, depth));
      reached.insert(outcomes);
    }
    EXPECT_EQ(reached.size(), 3U) << int{depth};
  }
}

// Depth 1 has no changes of priority: the first to begin goes on to its end.
TEST_F(RaceTest, PctOfDepthOneNeverPreempts) {
  const std::vector<Step> steps = {call(0, kAcquire), of(StepKind::kRace), call(0, kRelease), call(1, kRelease),
                                   of(StepKind::kEnd)};
  for (std::uint64_t seed = 1; seed < 60; ++seed) {
    EXPECT_NE(play(steps, {}, false, seed, 1), "True None None");
  }
}

// A call that never comes to a scheduling point, as this acquire, leaves no mark for the calls of later scripts.
TEST_F(RaceTest, WhatARaceLeavesBehindSkipsNoPointOfALaterScript) {
  play({of(StepKind::kRace), call(0, kAcquire), call(1, kRelease), of(StepKind::kEnd)}, {});
  EXPECT_EQ(cell_->parties[party_of(0, 0)].at_first_point, 1U);
  play({call(0, kAcquire)}, {});
  EXPECT_EQ(cell_->parties[party_of(0, 0)].at_first_point, 0U);
}

TEST_F(RaceTest, AScheduleThatDoesNotFitIsNoticed) {
  const std::vector<Step> steps = {call(0, kAcquire), of(StepKind::kRace), call(0, kRelease), call(1, kRelease),
                                   of(StepKind::kEnd)};
  play(steps, {0, 1});
  EXPECT_EQ(cell_->scripts[0].misfit, 0U);
  play(steps, {0, 2});
  EXPECT_EQ(cell_->scripts[0].misfit, 2U);
  play(steps, {0, 0, 0, 0});
  EXPECT_EQ(cell_->scripts[0].misfit, 3U);
}

}  // namespace
}  // namespace lockstep::cell
