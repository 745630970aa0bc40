#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "harness/judge/explain.h"
#include "harness/judge/testing.h"

// Which traces are none of their script, whatever the locks do.
namespace lockstep::judge {
namespace {

constexpr const char* kHead =
    "lock L = Lock()\n"
    "process P: a\n"
    "process Q: b\n";

TEST(FormTest, ATraceOfAnotherScriptIsInvalid) {
  const model::Script script = parsed(std::string(kHead) + "a: L.acquire() -> True\na: L.release() -> None\n");
  const trace::Trace good = spelled_trace(script);
  EXPECT_EQ(explain(script, good, {}).verdict, Verdict::kAgree);
  trace::Trace bad = good;
  bad.events.pop_back();
  EXPECT_EQ(explain(script, bad, {}).observed, "the trace does not end");
  bad = good;
  bad.events[1].actor = 1;
  EXPECT_EQ(explain(script, bad, {}).observed, "not this actor's call");
  bad = good;
  bad.events.erase(bad.events.begin() + 1);
  EXPECT_EQ(explain(script, bad, {}).observed, "its last call has not returned");
  bad = good;
  bad.events[0].step = 7;
  EXPECT_EQ(explain(script, bad, {}).observed, "no such step");
  bad = good;
  bad.events[0].time_ns = 5;
  EXPECT_EQ(explain(script, bad, {}).observed, "time runs backwards");
  for (trace::Event& event : bad.events) {
    event.time_ns = std::numeric_limits<std::int64_t>::max();
  }
  EXPECT_EQ(explain(script, bad, {}).observed, "a time that no clock shows");
}

TEST(FormTest, ADeadlineBeyondAllTimeIsNone) {
  const model::Script script = parsed(
      kHead + std::string("a: L.acquire() -> True\npause 31536000\nb: L.acquire(timeout=9199999999) -> blocks\n"));
  EXPECT_EQ(explain(script, spelled_trace(script), {}).verdict, Verdict::kAgree);
}

// The complaint about the trace of these steps without the event `lost`.
std::string complaint(const std::string& steps, std::size_t lost) {
  const model::Script script = parsed(kHead + steps);
  trace::Trace trace = spelled_trace(script);
  EXPECT_EQ(explain(script, trace, {}).verdict, Verdict::kAgree);
  trace.events.erase(trace.events.begin() + static_cast<std::ptrdiff_t>(lost));
  return explain(script, trace, {}).observed;
}

// The complaint about it with a second event like `again`.
std::string complaint_of_two(const std::string& steps, std::size_t again) {
  const model::Script script = parsed(kHead + steps);
  trace::Trace trace = spelled_trace(script);
  EXPECT_EQ(explain(script, trace, {}).verdict, Verdict::kAgree);
  trace.events.insert(trace.events.begin() + static_cast<std::ptrdiff_t>(again), trace.events[again]);
  return explain(script, trace, {}).observed;
}

TEST(FormTest, AStepIsTakenOnce) {
  EXPECT_EQ(complaint_of_two("pause 1\n", 0), "the step has had such an event");
  EXPECT_EQ(complaint_of_two("a: L.acquire() -> True\nb: L.acquire() -> blocks\n", 3),
            "the step has had such an event");
  const model::Script script = parsed(std::string(kHead) + "a: L.locked() -> False\n");
  trace::Trace twice = spelled_trace(script);
  const std::vector<trace::Event> call(twice.events.begin(), twice.events.begin() + 2);
  twice.events.insert(twice.events.begin(), call.begin(), call.end());
  EXPECT_EQ(explain(script, twice, {}).observed, "the step has had such an event");
}

TEST(FormTest, EveryStepIsTakenOrSkippedInItsTurn) {
  EXPECT_EQ(complaint("pause 1\npause 1\n", 0), "a step before it is neither taken nor skipped");
  EXPECT_EQ(complaint("pause 1\npause 1\n", 1), "a step is neither taken nor skipped");
  const model::Script script =
      parsed(std::string(kHead) + "race\n  a: L.locked()\n  a: L.release()\n  b: L.locked()\nend\n");
  const auto judged = [&](const std::vector<int>& steps, trace::EventKind kind) {
    trace::Trace trace;
    for (const int step : steps) {
      trace.events.push_back({kind, step, script.steps[static_cast<std::size_t>(step)].actor, {}, 0});
    }
    trace.events.push_back({});
    return explain(script, trace, {});
  };
  EXPECT_EQ(judged({3, 1, 2}, trace::EventKind::kSkipped).verdict, Verdict::kAgree);
  EXPECT_EQ(judged({3, 2, 1}, trace::EventKind::kSkipped).observed, "a step before it is neither taken nor skipped");
  EXPECT_EQ(judged({1, 2}, trace::EventKind::kSkipped).observed, "a step is neither taken nor skipped");
}

}  // namespace
}  // namespace lockstep::judge
