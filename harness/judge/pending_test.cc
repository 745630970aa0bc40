#include "harness/judge/pending.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "harness/judge/explain.h"
#include "harness/judge/player.h"
#include "harness/judge/testing.h"
#include "harness/script/generate.h"

namespace lockstep::judge {
namespace {

constexpr const char* kHead = "lock L = Lock()\nlock R = RLock()\nprocess P: a\nprocess Q: b c\n";

Finding judge(const std::string& steps) {
  const model::Script script = parsed(kHead + steps);
  return explain(script, unproved(spelled_trace(script)), {});
}

TEST(PendingTest, WhatMayBeRightAgrees) {
  EXPECT_EQ(
      judge("a: L.acquire() -> True\nb: L.acquire() -> blocks\na: L.release() -> None\nb: returns True\n").verdict,
      Verdict::kAgree);
  EXPECT_EQ(judge("a: L.acquire() -> True\nb: L.acquire() -> blocks\n").verdict, Verdict::kAgree);
  EXPECT_EQ(judge("a: R.acquire() -> True\nb: with R: body returns -> blocks\n").verdict, Verdict::kAgree);
}

TEST(PendingTest, AnOpenCallOnALockThatMayBeFreeIsInconclusive) {
  const Finding finding = judge("a: L.acquire() -> True\nb: L.acquire() -> blocks\na: L.release() -> None\n");
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_EQ(finding.observed, "a call on L was open at the end and not proved blocked");
}

TEST(PendingTest, TwoHoldersAreFound) {
  const Finding lock = judge("a: L.acquire() -> True\nb: L.acquire() -> blocks\nb: returns True\n");
  EXPECT_EQ(lock.verdict, Verdict::kDiverge);
  EXPECT_EQ(lock.clause, "lock.history.linearizable");
  EXPECT_EQ(lock.step, 1);
  const Finding rlock = judge("a: R.acquire() -> True\nb: R.acquire() -> blocks\nb: returns True\n");
  EXPECT_EQ(rlock.clause, "rlock.history.linearizable");
}

TEST(PendingTest, AnEarlyExpiryIsFound) {
  const Finding finding =
      judge("a: L.acquire() -> True\nb: L.acquire(timeout=1) -> blocks\npause 0.5\nb: returns False\n");
  EXPECT_EQ(finding.verdict, Verdict::kDiverge);
  EXPECT_EQ(finding.clause, "lock.acquire.timeout-positive");
}

TEST(PendingTest, AClockStepMayHaveEndedAnEarlyOneWhereAPolicySaysSo) {
  const model::Script script = parsed(std::string(kHead) +
                                      "a: L.acquire() -> True\nb: L.acquire(timeout=9) -> blocks\n"
                                      "clock +9\npause 0.5\nb: returns False\n");
  const trace::Trace trace = unproved(spelled_trace(script));
  spec::Options options;
  EXPECT_EQ(explain(script, trace, options).verdict, Verdict::kDiverge);
  options.policies = options.policies.with(spec::Policy::kWallClockDeadline);
  EXPECT_EQ(explain(script, trace, options).verdict, Verdict::kAgree);
}

TEST(PendingTest, AWrongErrorIsFound) {
  const Finding finding = judge(
      "a: L.acquire() -> True\nb: L.acquire() -> blocks\n"
      "c: L.release() -> raises RuntimeError(\"no\")\n");
  EXPECT_EQ(finding.verdict, Verdict::kDiverge);
  EXPECT_EQ(finding.expected, "None or raises ValueError");
}

TEST(PendingTest, ATraceOfAnotherScriptIsInvalid) {
  const model::Script script = parsed(std::string(kHead) + "a: L.acquire() -> True\nb: L.acquire() -> blocks\n");
  trace::Trace trace = unproved(spelled_trace(script));
  trace.events[0].step = 9;
  EXPECT_EQ(explain(script, trace, {}).verdict, Verdict::kInvalid);
  trace.events[0].step = 1;
  EXPECT_EQ(explain(script, trace, {}).verdict, Verdict::kInvalid);
}

TEST(PendingTest, TimesFurtherApartThanACountCanHoldAreInvalid) {
  const model::Script script =
      parsed(std::string(kHead) + "a: L.acquire(timeout=1) -> False\nb: L.acquire() -> blocks\n");
  trace::Trace trace = unproved(spelled_trace(script));
  trace.events[0].time_ns = std::numeric_limits<std::int64_t>::min();
  const Finding finding = explain(script, trace, {});
  EXPECT_EQ(finding.verdict, Verdict::kInvalid);
  EXPECT_EQ(finding.observed, "a time that no clock shows");
}

TEST(PendingTest, ACorrectLockIsNeverCalledWrong) {
  script::Profile profile;
  profile.races = true;
  profile.edition_edges = true;
  profile.lifecycle_percent = 30;
  profile.edge_percent = 20;
  int agreed = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const model::Script script = script::generate(profile, 21, i);
    const trace::Trace trace = unproved(Player(script, Flaw::kNone, {}, i).play());
    const Finding finding = judge_pending(script, trace, {});
    ASSERT_TRUE(finding.verdict == Verdict::kAgree || finding.verdict == Verdict::kInconclusive)
        << "script " << i << ", " << finding.clause << ": " << finding.observed;
    agreed += finding.verdict == Verdict::kAgree ? 1 : 0;
  }
  EXPECT_GT(agreed, 7000);
}

}  // namespace
}  // namespace lockstep::judge
