#include "harness/cell/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/cell/test_cell.h"

namespace lockstep::cell {
namespace {

using model::OutcomeKind;
using model::StepKind;
using ::testing::ElementsAre;

// Each call is one step.
class SchedulerTest : public CellTest {
 protected:
  static Step pause(double seconds) {
    return {StepKind::kPause, 0, 0, 0, 0, 0, 0, static_cast<std::int64_t>(seconds * 1e9)};
  }
  static Step of(StepKind kind, std::uint8_t process) { return {kind, 0, process, 0, 0, 0, 0, 0}; }

  std::vector<std::string> play(std::uint8_t actors, const std::vector<Step>& steps, std::uint64_t seed = 0,
                                bool threads = false) {
    Script& script = load(actors, steps, pinned_, threads);
    script.seed = seed;
    run();
    std::vector<std::string> events;
    for (std::uint32_t at = 0; at < script.events; ++at) {
      events.push_back(text(cell_->events[script.first_event + at]));
    }
    return events;
  }

  std::vector<std::uint8_t> pinned_;

 private:
  void move(int index) override {
    Party& party = cell_->parties[index];
    if (party.blocked_reported != 0) {
      finish(index, party.wake == Wake::kTimedOut ? OutcomeKind::kFalse : OutcomeKind::kTrue);
    } else if (party.command.shape == kRelease) {
      ++cell_->semaphores[0].value;
      finish(index, OutcomeKind::kNone);
    } else if (cell_->semaphores[0].value > 0) {
      --cell_->semaphores[0].value;
      finish(index, OutcomeKind::kTrue);
    } else {
      wait(index);
    }
  }

  static std::string text(const Event& event) {
    const char* const kinds[] = {"invoked", "blocked", "returned", "skipped", "done", "ended"};
    std::string result = std::to_string(event.time_ns / 1'000'000) + "ms " + kinds[static_cast<int>(event.kind)] + " " +
                         std::to_string(event.step);
    return event.kind == EventKind::kReturned
               ? result + " " + model::to_string({static_cast<OutcomeKind>(event.outcome), ""})
               : result;
  }
};

TEST_F(SchedulerTest, AWaiterRunsAsSoonAsTheLockIsReleased) {
  EXPECT_THAT(play(2, {call(0, kAcquire), call(1, kAcquire), call(0, kRelease)}),
              ElementsAre("0ms invoked 0", "0ms returned 0 True", "0ms invoked 1", "0ms blocked 1", "0ms invoked 2",
                          "0ms returned 2 None", "0ms returned 1 True", "0ms ended -1"));
}

TEST_F(SchedulerTest, ABatchEndsWhereTheTextsOfItsNextScriptMightFindNoRoom) {
  cell_->scripts[1] = load(1, {call(0, kAcquire)}, {}, false);
  cell_->scripts_loaded = 2;
  cell_->texts_used = kTextsMax - 1;
  run();
  EXPECT_EQ(cell_->current, 2U);
  cell_->texts_used = kTextsMax;
  run();
  EXPECT_EQ(cell_->current, 1U);
}

TEST_F(SchedulerTest, APauseStopsAtEachDeadlineOnItsWay) {
  EXPECT_THAT(
      play(3, {call(0, kAcquire), call(1, kAcquireHalfSecond), pause(0.25), call(2, kAcquireHalfSecond), pause(1)}),
      ElementsAre("0ms invoked 0", "0ms returned 0 True", "0ms invoked 1", "0ms blocked 1", "250ms done 2",
                  "250ms invoked 3", "250ms blocked 3", "500ms returned 1 False", "750ms returned 3 False",
                  "1250ms done 4", "1250ms ended -1"));
}

TEST_F(SchedulerTest, ADeadlineIsMetToTheTick) {
  EXPECT_THAT(play(2, {call(0, kAcquire), call(1, kAcquireHalfSecond), pause(0.499999), pause(0.000001)}),
              ElementsAre("0ms invoked 0", "0ms returned 0 True", "0ms invoked 1", "0ms blocked 1", "499ms done 2",
                          "500ms returned 1 False", "500ms done 3", "500ms ended -1"));
}

TEST_F(SchedulerTest, ABlockedActorsStepIsSkipped) {
  EXPECT_THAT(play(2, {call(0, kAcquire), call(1, kAcquire), call(1, kRelease)}),
              ElementsAre("0ms invoked 0", "0ms returned 0 True", "0ms invoked 1", "0ms blocked 1", "0ms skipped 2",
                          "0ms ended -1"));
}

TEST_F(SchedulerTest, AStoppedProcessMakesNoProgressUntilItGoesOn) {
  EXPECT_THAT(play(2, {call(0, kAcquire), call(1, kAcquire), of(StepKind::kStop, 1), call(0, kRelease),
                       of(StepKind::kContinue, 1)}),
              ElementsAre("0ms invoked 0", "0ms returned 0 True", "0ms invoked 1", "0ms blocked 1", "0ms done 2",
                          "0ms invoked 3", "0ms returned 3 None", "0ms done 4", "0ms returned 1 True", "0ms ended -1"));
}

TEST_F(SchedulerTest, AStoppedWaiterIsPassedOver) {
  const auto events =
      play(3, {call(0, kAcquire), call(1, kAcquire), call(2, kAcquire), of(StepKind::kStop, 1), call(0, kRelease)});
  EXPECT_EQ(events[events.size() - 2], "0ms returned 2 True");
}

TEST_F(SchedulerTest, AWaiterThatWasStoppedQueuesUpAgain) {
  const auto events = play(3, {call(0, kAcquire), call(1, kAcquire), call(2, kAcquire), of(StepKind::kStop, 1),
                               of(StepKind::kContinue, 1), call(0, kRelease)});
  EXPECT_EQ(events[events.size() - 2], "0ms returned 2 True");
}

TEST_F(SchedulerTest, AStepClockMovesDeadlinesOfTheWallClock) {
  Step clock = pause(5);
  clock.kind = StepKind::kClock;
  EXPECT_THAT(play(2, {call(0, kAcquire), call(1, kAcquireHalfSecond), clock}),
              ElementsAre("0ms invoked 0", "0ms returned 0 True", "0ms invoked 1", "0ms blocked 1", "0ms done 2",
                          "0ms returned 1 False", "0ms ended -1"));
}

TEST_F(SchedulerTest, WithoutASeedWaitersWakeInOrder) {
  const auto events = play(3, {call(0, kAcquire), call(2, kAcquire), call(1, kAcquire), call(0, kRelease)});
  EXPECT_EQ(events[events.size() - 2], "0ms returned 1 True");
}

TEST_F(SchedulerTest, WithSeedsAnyWaiterMayWakeAndTheSameSeedWakesTheSame) {
  const std::vector<Step> steps = {call(0, kAcquire), call(2, kAcquire), call(1, kAcquire), call(0, kRelease)};
  bool first = false, second = false;
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    const auto events = play(3, steps, seed);
    EXPECT_EQ(events, play(3, steps, seed));
    first = first || events[events.size() - 2] == "0ms returned 1 True";
    second = second || events[events.size() - 2] == "0ms returned 2 True";
  }
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
}

TEST_F(SchedulerTest, APinnedChoiceIsFollowedAndRecorded) {
  pinned_ = {1};
  const auto events = play(3, {call(0, kAcquire), call(2, kAcquire), call(1, kAcquire), call(0, kRelease)});
  EXPECT_EQ(events[events.size() - 2], "0ms returned 2 True");
  EXPECT_EQ(cell_->scripts[0].choices, 1U);
  EXPECT_EQ(cell_->choices[0], 1);
}

TEST_F(SchedulerTest, ARaceIssuesItsCallsInAnyOrder) {
  const std::vector<Step> steps = {of(StepKind::kRace, 0), call(0, kAcquire), call(1, kAcquire), of(StepKind::kEnd, 0)};
  bool first = false, second = false;
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    const auto events = play(2, steps, seed);
    first = first || events[1] == "0ms returned 1 True";
    second = second || events[1] == "0ms returned 2 True";
  }
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
}

}  // namespace
}  // namespace lockstep::cell
