#include "harness/judge/scripted.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/judge/testing.h"

namespace lockstep::judge {
namespace {

constexpr const char* kHead =
    "clause lock.acquire.held\n"
    "lock L = Lock()\n"
    "process P: a\n"
    "process Q: b c\n";

// The trace that `happened` describes, held against what `expected` expects: the same steps with other expectations.
Finding check(const std::string& expected, const std::string& happened, const spec::Options& options = {}) {
  const model::Script script = parsed(kHead + expected);
  trace::Trace trace = spelled_trace(parsed(kHead + happened));
  // The lines of what happened that only expect are not the lines of what is expected: those take their place.
  const auto is_line = [](const trace::Event& event) {
    return event.kind == trace::EventKind::kDone && event.actor < 0;
  };
  const auto is_pause = [&](const trace::Event& event) {
    return script.steps[static_cast<std::size_t>(event.step)].kind == model::StepKind::kPause;
  };
  std::erase_if(trace.events, [&](const trace::Event& event) { return is_line(event) && !is_pause(event); });
  for (int step = 0; step < static_cast<int>(script.steps.size()); ++step) {
    if (script.steps[static_cast<std::size_t>(step)].kind == model::StepKind::kExpectation) {
      const auto later = std::find_if(trace.events.begin(), trace.events.end(), [&](const trace::Event& event) {
        const bool begins = event.kind == trace::EventKind::kInvoked || event.kind == trace::EventKind::kDone;
        return event.kind == trace::EventKind::kEnded || (begins && event.step > step);
      });
      trace.events.insert(later, {trace::EventKind::kDone, step, -1, {}, later->time_ns});
    }
  }
  return check_expectations(script, trace, options);
}

void expect_kept(const std::string& expected, const std::string& happened) {
  const Finding finding = check(expected, happened);
  EXPECT_EQ(finding.verdict, Verdict::kAgree) << expected << finding.expected << ", " << finding.observed;
}

void expect_missed(const std::string& expected, const std::string& happened, const std::string& wanted,
                   const std::string& observed) {
  const Finding finding = check(expected, happened);
  EXPECT_EQ(finding.verdict, Verdict::kDiverge) << expected;
  EXPECT_EQ(finding.clause, "lock.acquire.held");
  EXPECT_EQ(finding.expected, wanted) << expected;
  EXPECT_EQ(finding.observed, observed) << expected;
}

TEST(ScriptedTest, ACallsOutcomeIsOneOfThoseExpected) {
  expect_kept("a: L.acquire() -> True\n", "a: L.acquire() -> True\n");
  expect_kept("a: L.acquire() -> False | True\n", "a: L.acquire() -> True\n");
  expect_missed("a: L.acquire() -> False | blocks\n", "a: L.acquire() -> True\n", "False or blocks", "True");
  expect_missed("a: L.acquire() -> True\nb: L.acquire() -> True\n",
                "a: L.acquire() -> True\nb: L.acquire() -> blocks\n", "True", "blocks");
}

TEST(ScriptedTest, AMessageCountsOnlyWhereItIsSpelledAndHeldTo) {
  const std::string any = "a: L.release() -> raises ValueError\n";
  const std::string other = "a: L.release() -> raises ValueError(\"other\")\n";
  const std::string one = "a: L.release() -> raises ValueError(\"one\")\n";
  expect_kept(any, one);
  expect_missed(other, one, "raises ValueError(\"other\")", "raises ValueError(\"one\")");
  spec::Options by_type;
  by_type.exact_messages = false;
  EXPECT_EQ(check(other, one, by_type).verdict, Verdict::kAgree);
}

TEST(ScriptedTest, ACallThatExpiresInThePauseBehindItHasBlocked) {
  const std::string steps = "a: L.acquire() -> True\nb: L.acquire(timeout=1) -> blocks\npause 1\nb: returns False\n";
  expect_kept(steps, steps);
}

constexpr const char* kTwoWait =
    "a: L.acquire() -> True\n"
    "b: L.acquire() -> blocks\n"
    "c: L.acquire() -> blocks\n"
    "a: L.release() -> None\n";

TEST(ScriptedTest, AWaiterReturnsWhereTheScriptSaysSo) {
  const std::string head = kTwoWait;
  expect_kept(head + "b: returns True\nc still blocks\n", head + "b: returns True\nc still blocks\n");
  expect_missed(head + "c: returns True\nb still blocks\n", head + "b: returns True\nc still blocks\n", "True",
                "blocks");
  expect_missed(head + "c still blocks\nb still blocks\n", head + "c still blocks\nb: returns True\n", "still blocks",
                "True");
}

TEST(ScriptedTest, OneOfSeveralReturnsAndEachAnswersOnce) {
  const std::string head = kTwoWait;
  const std::string one = "one of b, c returns True\n";
  expect_kept(head + one, head + "c: returns True\n");
  expect_missed(head + one, head + one, "one returns True", "none returns");
  expect_missed(head + one, head + "b: returns True\nc: returns True\n", "one returns True", "b, c return");
  expect_missed(head + one + one, head + "b: returns True\n" + one, "one returns True", "none returns");
}

TEST(ScriptedTest, WhatWasNotProvedBlockedDecidesNothing) {
  const model::Script script = parsed(std::string(kHead) + "a: L.acquire() -> blocks\n");
  trace::Trace trace = spelled_trace(script);
  trace.events[1].kind = trace::EventKind::kPending;
  EXPECT_EQ(check_expectations(script, trace, {}).verdict, Verdict::kInconclusive);
}

TEST(ScriptedTest, NorDoesItIfItReturnedWhileTimePassed) {
  const std::string steps = "a: L.acquire() -> True\nb: L.acquire(timeout=1) -> blocks\npause 2\nb: returns False\n";
  const model::Script script = parsed(kHead + steps);
  trace::Trace trace = spelled_trace(script);
  EXPECT_EQ(check_expectations(script, trace, {}).verdict, Verdict::kAgree);
  trace.events[3].kind = trace::EventKind::kPending;
  EXPECT_EQ(check_expectations(script, trace, {}).verdict, Verdict::kInconclusive);
}

TEST(ScriptedTest, TypeAndArgumentsOfAnExceptionCountAndItsQuotationMarksDoNot) {
  const auto raises = [](const char* text) { return std::string("a: L.acquire() -> raises ") + text + "\n"; };
  model::Script script = parsed(kHead + raises("OSError(22, \"Invalid argument\")"));
  trace::Trace trace = spelled_trace(script);
  trace.events[1].outcome.text = "OSError(22, 'Invalid argument')";
  EXPECT_EQ(check_expectations(script, trace, {}).verdict, Verdict::kAgree);
  script = parsed(kHead + raises("OSError(23, \"Invalid argument\")"));
  EXPECT_EQ(check_expectations(script, trace, {}).verdict, Verdict::kDiverge);
}

TEST(ScriptedTest, ASkippedCallKeepsNothing) {
  const model::Script script = parsed(std::string(kHead) + "a: L.acquire() -> True\n");
  const trace::Trace trace{{{trace::EventKind::kSkipped, 0, 0, {}, 0}, {}}, true, {}, -1};
  EXPECT_EQ(check_expectations(script, trace, {}).observed, "skipped");
}

}  // namespace
}  // namespace lockstep::judge
