#include "harness/spec/step.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lockstep::spec {
namespace {

using model::LockKind;
using model::Method;

class StepTest : public testing::Test {
 protected:
  StepTest() {
    model::Script script;
    script.locks = {{"L", LockKind::kLock}};
    script.processes = {{"P", false}, {"Q", false}};
    script.actors = {{"a", 0, true, false}, {"b", 0, false, false}, {"c", 1, true, false}};
    world_ = World(script);
  }

  // What the call may come to, in words: "True [acquire.free]"; the last state stays.
  std::vector<std::string> step(LockKind kind, int actor, Method method,
                                const std::vector<model::Argument>& arguments = {}, Moment moment = {}) {
    const Request request = read_call({0, method, arguments, false}, kind, options_).value();
    spec::step(world_, state_, actor, request, {Phase::kStart, Reply::kOpen, 0}, moment, options_, transitions_);
    std::vector<std::string> replies;
    for (const Transition& transition : transitions_) {
      const bool done = transition.progress.phase == Phase::kDone;
      replies.push_back((done ? describe(transition.progress, request, options_) : "goes on") + " [" +
                        id(transition.clause, kind) + (transition.optional ? ", optional]" : "]"));
    }
    if (!transitions_.empty()) {
      state_ = transitions_[0].state;
    }
    return replies;
  }

  using Replies = std::vector<std::string>;

  World world_;
  State state_;
  Options options_;
  Transitions transitions_;
};

TEST_F(StepTest, AHeldLockBlocks) {
  EXPECT_EQ(step(LockKind::kLock, 0, Method::kAcquire), Replies{"True [lock.acquire.free]"});
  EXPECT_TRUE(step(LockKind::kLock, 0, Method::kAcquire).empty());
  EXPECT_TRUE(step(LockKind::kLock, 2, Method::kWith).empty());
  EXPECT_EQ(step(LockKind::kLock, 2, Method::kAcquire, {{"", "False"}}), Replies{"False [lock.acquire.nonblocking]"});
  EXPECT_EQ(step(LockKind::kLock, 2, Method::kRelease), Replies{"None [lock.release.any-process]"});
  EXPECT_EQ(state_.locks[0].value, 1);
}

TEST_F(StepTest, EveryReleaseHasItsClause) {
  step(LockKind::kLock, 0, Method::kAcquire);
  EXPECT_EQ(step(LockKind::kLock, 0, Method::kRelease), Replies{"None [lock.release.held]"});
  step(LockKind::kLock, 0, Method::kAcquire);
  EXPECT_EQ(step(LockKind::kLock, 1, Method::kRelease), Replies{"None [lock.release.any-thread]"});
  EXPECT_EQ(step(LockKind::kLock, 1, Method::kRelease),
            Replies{"raises ValueError(\"semaphore or lock released too many times\") [lock.release.unlocked]"});
}

TEST_F(StepTest, AnRLockCounts) {
  const std::string refused =
      "raises AssertionError(\"attempt to release recursive lock not owned by thread\") [rlock.release.";
  EXPECT_EQ(step(LockKind::kRLock, 0, Method::kRelease), Replies{refused + "unlocked]"});
  step(LockKind::kRLock, 0, Method::kAcquire);
  EXPECT_EQ(step(LockKind::kRLock, 0, Method::kAcquire), Replies{"True [rlock.acquire.recursive]"});
  EXPECT_EQ(step(LockKind::kRLock, 1, Method::kRelease), Replies{refused + "not-owner]"});
  EXPECT_EQ(step(LockKind::kRLock, 0, Method::kRelease), Replies{"None [rlock.release.nested]"});
  EXPECT_EQ(step(LockKind::kRLock, 0, Method::kRelease), Replies{"None [rlock.release.owner]"});
  EXPECT_EQ(state_, State());
}

TEST_F(StepTest, ADeadlineAheadBlocksATiedOneMayAPassedOneMustEnd) {
  step(LockKind::kLock, 0, Method::kAcquire);
  const std::vector<model::Argument> timed = {{"timeout", "1"}};
  EXPECT_TRUE(step(LockKind::kLock, 1, Method::kAcquire, timed, {}).empty());
  EXPECT_EQ(step(LockKind::kLock, 1, Method::kAcquire, timed, {Deadline::kTied}),
            Replies{"False [lock.acquire.timeout-positive, optional]"});
  EXPECT_FALSE(must_move(transitions_));
  EXPECT_EQ(step(LockKind::kLock, 1, Method::kAcquire, timed, {Deadline::kPassed}),
            Replies{"False [lock.acquire.timeout-positive]"});
  EXPECT_TRUE(must_move(transitions_));
}

TEST_F(StepTest, AHandlerThatRaisesEndsAWait) {
  step(LockKind::kLock, 0, Method::kAcquire);
  EXPECT_EQ(step(LockKind::kLock, 1, Method::kAcquire, {}, {.signalled = true}),
            Replies{"raises SignalRaised(\"signal\") [lock.signal.raises]"});
  EXPECT_EQ(step(LockKind::kLock, 1, Method::kAcquire, {}, {.signal_may_come = true}),
            Replies{"raises SignalRaised(\"signal\") [lock.signal.raises, optional]"});
}

TEST_F(StepTest, PoliciesOnlyAdd) {
  step(LockKind::kLock, 0, Method::kAcquire);
  const std::vector<model::Argument> huge = {{"timeout", "inf"}};
  EXPECT_TRUE(step(LockKind::kLock, 1, Method::kAcquire, huge).empty());
  options_.policies = options_.policies.with(Policy::kTimeoutOverflow).with(Policy::kTwoStepRelease);
  EXPECT_EQ(step(LockKind::kLock, 1, Method::kAcquire, huge),
            (Replies{"raises OSError(\"[Errno 22] Invalid argument\") [lock.acquire.timeout-infinite, optional]",
                     "False [lock.acquire.timeout-infinite, optional]"}));
  EXPECT_EQ(step(LockKind::kLock, 0, Method::kRelease),
            (Replies{"None [lock.release.held]", "goes on [lock.release.held, optional]"}));
}

TEST_F(StepTest, ATimeoutThatWrapsAroundMayWait) {
  step(LockKind::kLock, 0, Method::kAcquire);
  for (const char* const timeout : {"-inf", "-1e300", "nan"}) {
    const std::vector<model::Argument> wrong = {{"timeout", timeout}};
    options_.policies = PolicySet();
    step(LockKind::kLock, 1, Method::kAcquire, wrong);
    EXPECT_TRUE(must_move(transitions_)) << timeout;
    options_.policies = options_.policies.with(Policy::kTimeoutWraps);
    step(LockKind::kLock, 1, Method::kAcquire, wrong);
    EXPECT_FALSE(must_move(transitions_)) << timeout;
  }
  step(LockKind::kLock, 1, Method::kAcquire, {{"timeout", "-1"}});
  EXPECT_TRUE(must_move(transitions_));
  step(LockKind::kLock, 1, Method::kAcquire, {{"block", "False"}, {"timeout", "-inf"}});
  EXPECT_TRUE(must_move(transitions_));
}

TEST_F(StepTest, AnInfiniteTimeoutBindsOnlyWhoIsHeldToWhatCPythonDoes) {
  const std::vector<model::Argument> infinite = {{"timeout", "inf"}};
  options_.level = Level::kShould;
  EXPECT_EQ(step(LockKind::kLock, 1, Method::kAcquire, infinite),
            (Replies{"True [lock.acquire.free]", "raises [lock.acquire.timeout-infinite, optional]"}));
  step(LockKind::kLock, 0, Method::kAcquire);
  EXPECT_EQ(
      step(LockKind::kLock, 1, Method::kAcquire, infinite),
      (Replies{"raises [lock.acquire.timeout-infinite, optional]", "False [lock.acquire.timeout-infinite, optional]"}));
}

TEST_F(StepTest, ObservedClausesBindOnlyWhoIsHeldToThem) {
  const std::vector<model::Argument> text = {{"timeout", "\"x\""}};
  EXPECT_EQ(step(LockKind::kLock, 0, Method::kAcquire, text).size(), 1U);
  options_.level = Level::kShould;
  EXPECT_GT(step(LockKind::kLock, 0, Method::kAcquire, text).size(), 1U);
  EXPECT_EQ(step(LockKind::kLock, 0, Method::kRepr), Replies{"returns [lock.repr.owner]"});
  options_.has_locked = false;
  EXPECT_EQ(step(LockKind::kLock, 0, Method::kLocked).size(), 2U);
}

TEST_F(StepTest, WithRunsItsBodyBetween) {
  EXPECT_EQ(step(LockKind::kLock, 0, Method::kWith), Replies{"goes on [lock.acquire.free]"});
  const Request request = read_call({0, Method::kWith, {}, true}, LockKind::kLock, options_).value();
  const Progress inside = transitions_[0].progress;
  spec::step(world_, state_, 0, request, inside, {}, options_, transitions_);
  ASSERT_EQ(transitions_.size(), 1U);
  EXPECT_EQ(transitions_[0].progress.reply, Reply::kBodyRaised);
  EXPECT_EQ(transitions_[0].state.locks[0].value, 1);
}

}  // namespace
}  // namespace lockstep::spec
