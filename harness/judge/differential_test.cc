#include "harness/judge/differential.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "harness/judge/testing.h"

namespace lockstep::judge {
namespace {

constexpr const char* kHead = "lock L = Lock()\nprocess P: a\nprocess Q: b c\n";

trace::Trace traced(const std::string& steps) { return spelled_trace(parsed(kHead + steps)); }

// The scripts differ in their expectations only.
Finding compared(const std::string& reference, const std::string& other, const Sides& sides = {}) {
  return compare(parsed(kHead + reference), traced(reference), traced(other), sides);
}

TEST(DifferentialTest, EqualTracesAgree) {
  const std::string steps = "a: L.acquire() -> True\nb: L.acquire(False) -> False\n";
  EXPECT_EQ(compared(steps, steps).verdict, Verdict::kAgree);
}

TEST(DifferentialTest, ADivergenceShowsWhatTheReferenceDid) {
  const std::string steps = "a: L.acquire() -> True\nb: L.acquire(timeout=-1) -> ";
  const Finding finding = compared(steps + "False\n", steps + "blocks\n");
  EXPECT_EQ(finding.verdict, Verdict::kDiverge);
  EXPECT_EQ(finding.step, 1);
  EXPECT_EQ(finding.clause, "lock.acquire.timeout-negative");
  EXPECT_EQ(finding.expected, "False");
  EXPECT_EQ(finding.observed, "blocks");
}

TEST(DifferentialTest, EitherWaiterMayWake) {
  const std::string steps =
      "a: L.acquire() -> True\n"
      "b: L.acquire() -> blocks\n"
      "c: L.acquire() -> blocks\n"
      "a: L.release() -> None\n";
  EXPECT_EQ(compared(steps + "b: returns True\n", steps + "c: returns True\n").verdict, Verdict::kAgree);
  const Finding lost = compared(steps + "b: returns True\n", steps + "a: L.locked() -> False\n");
  EXPECT_EQ(lost.verdict, Verdict::kInvalid) << "the second trace has a step that the script has not";
  EXPECT_EQ(compared(steps + "b: returns True\n", steps + "b still blocks\n").verdict, Verdict::kDiverge);
}

// What a waiter came to depends on whom a release woke, even if that one never comes to say so, or the release has yet
// to return.
TEST(DifferentialTest, WhomAReleaseWakesDecidesWhatTheOtherComesTo) {
  const std::string steps =
      "lock L = Lock()\nprocess P: a\nprocess Q: b\nprocess S: c\n"
      "a: L.acquire() -> True\nb: L.acquire() -> blocks\nc: L.acquire() -> blocks\nstop Q\na: L.release() -> None\n";
  const model::Script served = parsed(steps + "c: returns True\nsignal c raises\n");
  const trace::Trace interrupted = spelled_trace(parsed(steps + "signal c raises\nc: returns raises SignalRaised\n"));
  trace::Trace reference = spelled_trace(served);
  EXPECT_EQ(compare(served, reference, interrupted, {}).verdict, Verdict::kAgree);
  const auto returned = std::find_if(reference.events.begin(), reference.events.end(), [](const trace::Event& event) {
    return event.kind == trace::EventKind::kReturned && event.step == 4;
  });
  ASSERT_EQ((returned + 1)->step, 2);
  std::iter_swap(returned, returned + 1);
  EXPECT_EQ(compare(served, reference, interrupted, {}).verdict, Verdict::kAgree);
}

TEST(DifferentialTest, AReferenceThatDivergesCannotServe) {
  const Finding finding = compared("a: L.acquire() -> False\n", "a: L.acquire() -> False\n");
  EXPECT_EQ(finding.verdict, Verdict::kInvalid);
  EXPECT_EQ(finding.observed, "the reference itself diverges: False");
}

TEST(DifferentialTest, WhatBindsNobodyMayDiffer) {
  Sides sides;
  sides.other.level = spec::Level::kShould;
  sides.other.exact_messages = false;
  const std::string steps = "a: L.acquire(timeout=\"x\") -> ";
  EXPECT_EQ(compared(steps + "raises TypeError\n", steps + "True\n", sides).verdict, Verdict::kAgree);
  EXPECT_EQ(compared(steps + "raises TypeError\n", steps + "True\n").verdict, Verdict::kDiverge);
}

TEST(DifferentialTest, AMethodThatOnlyOneHasIsNotCompared) {
  Sides sides;
  sides.other.has_locked = false;
  const std::string steps = "a: L.locked() -> ";
  const std::string lacks = R"(raises AttributeError("'Lock' object has no attribute 'locked'"))";
  EXPECT_EQ(compared(steps + "False\n", steps + lacks + "\n", sides).verdict, Verdict::kAgree);
  EXPECT_EQ(compared(steps + "False\n", steps + lacks + "\n").verdict, Verdict::kDiverge);
}

// Either comes first, and each order leaves both calls one outcome only.
TEST(DifferentialTest, ARaceMayGoAnyWay) {
  const model::Script script = parsed(std::string(kHead) + "race\na: L.acquire(False)\nb: L.acquire(False)\nend\n");
  const auto traced_as = [](int first, model::OutcomeKind second_outcome) {
    using trace::EventKind;
    trace::Trace trace;
    for (const int step : {first, 3 - first}) {
      const model::OutcomeKind outcome = step == first ? model::OutcomeKind::kTrue : second_outcome;
      trace.events.push_back({EventKind::kInvoked, step, step - 1, {}, 0});
      trace.events.push_back({EventKind::kReturned, step, step - 1, {outcome, ""}, 0});
    }
    trace.events.push_back({EventKind::kEnded, -1, -1, {}, 0});
    return trace;
  };
  const trace::Trace reference = traced_as(1, model::OutcomeKind::kFalse);
  EXPECT_EQ(compare(script, reference, traced_as(2, model::OutcomeKind::kFalse), {}).verdict, Verdict::kAgree);
  EXPECT_EQ(compare(script, reference, traced_as(2, model::OutcomeKind::kTrue), {}).verdict, Verdict::kDiverge);
}

TEST(DifferentialTest, PoliciesCoverTheOtherSideOnly) {
  Sides sides;
  const std::string steps = "a: L.acquire() -> True\nb: L.acquire(timeout=inf) -> ";
  EXPECT_EQ(compared(steps + "blocks\n", steps + "raises OSError\n", sides).verdict, Verdict::kDiverge);
  sides.other.policies = sides.other.policies.with(spec::Policy::kTimeoutOverflow);
  EXPECT_EQ(compared(steps + "blocks\n", steps + "raises OSError\n", sides).verdict, Verdict::kAgree);
}

}  // namespace
}  // namespace lockstep::judge
