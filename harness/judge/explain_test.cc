#include "harness/judge/explain.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/judge/testing.h"

namespace lockstep::judge {
namespace {

constexpr const char* kHead =
    "lock L = Lock()\n"
    "lock R = RLock()\n"
    "process P: a\n"
    "process Q: b c\n";

using Raced = std::vector<model::Outcome>;

Finding judge(const std::string& steps, const spec::Options& options, const Raced& raced) {
  const model::Script script = parsed(kHead + steps);
  return explain(script, spelled_trace(script, raced), options);
}

void expect_agrees(const std::string& steps, const spec::Options& options = {}, const Raced& raced = {}) {
  const Finding finding = judge(steps, options, raced);
  EXPECT_EQ(finding.verdict, Verdict::kAgree)
      << steps << finding.clause << ": expected " << finding.expected << ", observed " << finding.observed;
}

void expect_diverges(const std::string& steps, const std::string& clause, const std::string& expected,
                     const std::string& observed, const spec::Options& options = {}, const Raced& raced = {}) {
  const Finding finding = judge(steps, options, raced);
  EXPECT_EQ(finding.verdict, Verdict::kDiverge) << steps << finding.observed;
  EXPECT_EQ(finding.clause, clause) << steps;
  EXPECT_EQ(finding.expected, expected) << steps;
  EXPECT_EQ(finding.observed, observed) << steps;
}

TEST(ExplainTest, AnyProcessReleases) {
  expect_agrees(
      "a: L.acquire() -> True\n"
      "b: L.acquire(timeout=0.5) -> blocks\n"
      "pause 0.25\n"
      "a: L.release() -> None\n"
      "b: returns True\n"
      "a: L.release() -> None\n"
      "c: L.release() -> raises ValueError(\"semaphore or lock released too many times\")\n");
}

TEST(ExplainTest, AWrongOutcomeIsFound) {
  expect_diverges("a: L.acquire() -> False\n", "lock.acquire.free", "True", "False");
  expect_diverges("a: L.acquire() -> True\nb: L.acquire() -> True\n", "lock.acquire.held", "blocks", "True");
  expect_diverges("a: L.acquire() -> True\nb: L.acquire(False) -> True\n", "lock.acquire.nonblocking", "False", "True");
  expect_diverges("a: L.acquire() -> True\nb: L.acquire(timeout=-1) -> blocks\n", "lock.acquire.timeout-negative",
                  "False", "blocks");
  expect_diverges("a: L.release() -> None\n", "lock.release.unlocked",
                  "raises ValueError(\"semaphore or lock released too many times\")", "None");
}

TEST(ExplainTest, ALostWakeUpIsFound) {
  const std::string steps =
      "a: L.acquire() -> True\n"
      "b: L.acquire() -> blocks\n"
      "c: L.acquire() -> blocks\n"
      "a: L.release() -> None\n";
  expect_diverges(steps, "lock.acquire.wakes", "True", "blocks");
  expect_diverges(steps + "pause 1\n", "lock.acquire.wakes", "True", "blocks");
  expect_agrees(steps + "c: returns True\npause 1\nc: L.release() -> None\nb: returns True\n");
}

TEST(ExplainTest, OnlyOneWaiterWakes) {
  expect_diverges(
      "a: L.acquire() -> True\n"
      "b: L.acquire() -> blocks\n"
      "c: L.acquire() -> blocks\n"
      "a: L.release() -> None\n"
      "c: returns True\n"
      "b: returns True\n",
      "lock.acquire.held", "blocks", "True");
}

TEST(ExplainTest, ATimeoutExpiresAtItsDeadline) {
  const std::string steps = "a: L.acquire() -> True\nb: L.acquire(timeout=0.5) -> blocks\n";
  expect_agrees(steps + "pause 0.4\nb still blocks\n");
  expect_agrees(steps + "pause 0.6\nb: returns False\n");
  expect_diverges(steps + "pause 0.6\n", "lock.acquire.timeout-positive", "False", "blocks");
  expect_diverges(steps + "pause 0.4\nb: returns False\n", "lock.acquire.timeout-positive", "blocks until 0.500000 s",
                  "False at 0.400000 s");
}

TEST(ExplainTest, ALateExpiryIsFound) {
  const model::Script script = parsed(std::string(kHead) +
                                      "a: L.acquire() -> True\nb: L.acquire(timeout=0.5) -> blocks\n"
                                      "pause 0.6\nb: returns False\n");
  trace::Trace trace = spelled_trace(script);
  for (trace::Event& event : trace.events) {
    if (event.outcome.kind == model::OutcomeKind::kFalse) {
      event.time_ns = 550000000;
    }
  }
  const Finding finding = explain(script, trace, {});
  EXPECT_EQ(finding.verdict, Verdict::kDiverge);
  EXPECT_EQ(finding.expected, "False at 0.500000 s");
  EXPECT_EQ(finding.observed, "False at 0.550000 s");
  trace.virtual_time = false;
  EXPECT_EQ(explain(script, trace, {}).verdict, Verdict::kAgree);
}

TEST(ExplainTest, InRealTimeAnExpiryMayBeAMicrosecondEarly) {
  const model::Script script =
      parsed(std::string(kHead) + "a: L.acquire() -> True\nb: L.acquire(timeout=0.5) -> False\n");
  trace::Trace trace = spelled_trace(script);
  trace.virtual_time = false;
  trace.events[3].time_ns = 499999000;
  EXPECT_EQ(explain(script, trace, {}).verdict, Verdict::kAgree);
  trace.events[3].time_ns = 499998999;
  EXPECT_EQ(explain(script, trace, {}).verdict, Verdict::kDiverge);
}

TEST(ExplainTest, AtATieReleaseOrDeadlineMayWin) {
  const std::string steps =
      "a: L.acquire() -> True\n"
      "b: L.acquire(timeout=0.5) -> blocks\n"
      "pause 0.5\n";
  expect_agrees(steps + "b: returns False\na: L.release() -> None\n");
  expect_agrees(steps + "a: L.release() -> None\nb: returns True\n");
  expect_agrees(steps + "a: L.release() -> None\nb: returns False\n");
  expect_agrees(steps + "a: L.locked() -> True\nb: returns False\n");
  expect_diverges(steps + "a: L.locked() -> True\n", "lock.acquire.timeout-positive", "False", "blocks");
  expect_diverges(steps, "lock.acquire.timeout-positive", "False", "blocks");
}

TEST(ExplainTest, RLocksBelongToAThread) {
  expect_agrees(
      "b: R.acquire() -> True\n"
      "b: R.acquire(False) -> True\n"
      "b: R.acquire(timeout=\"x\") -> True\n"
      "c: R.acquire(False) -> False\n"
      "c: R.release() -> raises AssertionError(\"attempt to release recursive lock not owned by thread\")\n"
      "b: R.release() -> None\n"
      "b: R.release() -> None\n"
      "a: R.acquire(timeout=0) -> False\n"
      "b: R.release() -> None\n"
      "a: R.acquire() -> True\n");
  expect_diverges("b: R.acquire() -> True\nc: R.acquire() -> True\n", "rlock.acquire.held", "blocks", "True");
  expect_diverges("b: R.acquire() -> True\nb: R.acquire() -> blocks\n", "rlock.acquire.recursive", "True", "blocks");
  expect_diverges("b: R.acquire() -> True\nc: R.release() -> None\n", "rlock.release.not-owner",
                  "raises AssertionError(\"attempt to release recursive lock not owned by thread\")", "None");
}

TEST(ExplainTest, WithAcquiresAndReleases) {
  expect_agrees(
      "a: with L: body returns -> None\n"
      "a: with R: body raises -> raises RuntimeError(\"body\")\n"
      "b: L.acquire(False) -> True\n"
      "a: with L: body raises -> blocks\n"
      "b: L.release() -> None\n"
      "a: returns raises RuntimeError(\"body\")\n"
      "b: L.acquire(False) -> True\n");
  expect_diverges("a: with L: body returns -> None\nb: L.acquire(False) -> False\n", "lock.acquire.free", "True",
                  "False");
  expect_diverges("a: with L: body raises -> None\n", "lock.acquire.free", "raises RuntimeError(\"body\")", "None");
}

TEST(ExplainTest, InARaceAnyOrderExplains) {
  const std::string race =
      "a: L.acquire() -> True\n"
      "race\n"
      "a: L.release()\n"
      "b: L.acquire(False)\n"
      "c: L.acquire(False)\n"
      "end\n";
  expect_agrees(race, {}, {kNone, kTrue, kFalse});
  expect_agrees(race, {}, {kNone, kFalse, kTrue});
  expect_agrees(race, {}, {kNone, kFalse, kFalse});
  expect_diverges(race, "lock.acquire.nonblocking", "False", "True", {}, {kNone, kTrue, kTrue});
  expect_diverges(race + "c: L.acquire() -> blocks\n", "lock.acquire.free", "True", "blocks", {},
                  {kNone, kFalse, kFalse});
}

TEST(ExplainTest, WhoeverIsBlockedAfterARaceIsHeldUpByAnother) {
  const std::string race = "race\nb: L.acquire()\nc: L.acquire()\nend\n";
  expect_agrees(race, {}, {kBlocks, kTrue});
  expect_agrees(race + "c: L.release() -> None\nb: returns True\n", {}, {kBlocks, kTrue});
  expect_diverges(race, "lock.acquire.free", "True", "blocks", {}, {kBlocks, kBlocks});
  expect_diverges(race, "lock.acquire.held", "blocks", "True", {}, {kTrue, kTrue});
}

TEST(ExplainTest, TwoRacingReleasesNeedAPolicy) {
  const std::string race =
      "a: L.acquire() -> True\n"
      "race\n"
      "a: L.release()\n"
      "b: L.release()\n"
      "end\n"
      "a: L.acquire(False) -> True\n"
      "b: L.acquire(False) -> True\n";
  const std::string refused = "raises ValueError(\"semaphore or lock released too many times\")";
  expect_diverges(race, "lock.release.unlocked", refused, "None", {}, {kNone, kNone});
  spec::Options options;
  options.policies = options.policies.with(spec::Policy::kTwoStepRelease);
  expect_agrees(race, options, {kNone, kNone});
  expect_diverges(race, "lock.acquire.nonblocking", "False", "True", options, {kTooOften, kNone});
  expect_diverges("a: L.acquire() -> True\na: L.release() -> None\nb: L.release() -> None\n", "lock.release.unlocked",
                  refused, "None", options);
}

TEST(ExplainTest, EightRacersAreSearchedInFull) {
  const std::string head = "lock R = RLock()\nprocess P: a b c d\nprocess Q: e f g h\nrace\n";
  std::string steps = head;
  for (const char actor : std::string("abcdefgh")) {
    steps += std::string(1, actor) + ": with R: body returns\n";
  }
  const model::Script script = parsed(steps + "end\n");
  EXPECT_EQ(explain(script, spelled_trace(script, Raced(8, kNone)), {}).verdict, Verdict::kAgree);
  Raced one_blocked(8, kNone);
  one_blocked[3] = kBlocks;
  EXPECT_EQ(explain(script, spelled_trace(script, one_blocked), {}).verdict, Verdict::kDiverge);
}

TEST(ExplainTest, CrashesAndHangsAreNeverExplained) {
  for (const model::OutcomeKind kind : {model::OutcomeKind::kCrashed, model::OutcomeKind::kHung}) {
    const model::Script script = parsed(std::string(kHead) + "a: L.acquire() -> True\n");
    trace::Trace trace = spelled_trace(script);
    trace.events[1].outcome = {kind, ""};
    const Finding finding = explain(script, trace, {});
    EXPECT_EQ(finding.verdict, Verdict::kDiverge);
    EXPECT_EQ(finding.clause, "lock.call.ends");
  }
}

// Its call may return before the signal's kDone event, but not before all that came earlier is at rest.
TEST(ExplainTest, ASignalComesNoSoonerThanAllIsQuiet) {
  const auto judged = [](const std::string& steps, std::size_t at) {
    const model::Script script = parsed(kHead + steps + "signal a raises\n");
    trace::Trace trace = spelled_trace(script);
    const trace::Event raised = {
        trace::EventKind::kReturned, 1, 0, {model::OutcomeKind::kRaised, "SignalRaised(\"signal\")"}, 0};
    trace.events.insert(trace.events.begin() + static_cast<std::ptrdiff_t>(at), raised);
    return explain(script, trace, {});
  };
  const std::string waits = "b: L.acquire() -> True\na: L.acquire() -> blocks\nb: L.locked() -> True\n";
  EXPECT_EQ(judged(waits, 6).verdict, Verdict::kAgree);
  EXPECT_EQ(judged(waits, 5).verdict, Verdict::kDiverge);
  const std::string woken = "b: L.acquire() -> True\na: L.acquire() -> blocks\nb: L.release() -> None\n";
  EXPECT_EQ(judged(woken, 6).verdict, Verdict::kDiverge);
  EXPECT_EQ(judged(woken, 6).expected, "True");
  EXPECT_EQ(judged("b: L.locked() -> False\na: L.acquire() -> blocks\n", 4).verdict, Verdict::kDiverge);
}

// The first signal was heard after its kDone event, so the second is still to be heard after its own.
TEST(ExplainTest, EachOfTwoSignalsIsHeard) {
  const model::Script script =
      parsed(kHead + std::string("b: L.acquire() -> True\na: L.acquire() -> blocks\n"
                                 "signal a raises\na: returns raises SignalRaised(\"signal\")\n"
                                 "a: L.acquire() -> blocks\nsignal a raises\n"));
  trace::Trace trace = spelled_trace(script);
  const Finding finding = explain(script, trace, {});
  EXPECT_EQ(finding.verdict, Verdict::kDiverge);
  EXPECT_EQ(finding.clause, "lock.signal.raises");
}

}  // namespace
}  // namespace lockstep::judge
