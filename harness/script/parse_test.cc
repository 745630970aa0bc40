#include "harness/script/parse.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/script/print.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

// The example of the language's definition, in canonical form.
const std::string kExample =
    "# A lock may be released by a process that did not acquire it.\n"
    "clause   lock.release.any-process\n"
    "lock     L = Lock()\n"
    "process  P: a\n"
    "process  Q: b c\n"
    "\n"
    "a: L.acquire()               -> True\n"
    "b: L.acquire(timeout=0.5)    -> blocks\n"
    "pause 0.25\n"
    "a: L.release()               -> None\n"
    "b: returns True\n"
    "a: L.release()               -> None\n"
    "c: L.release()               -> raises ValueError(\"semaphore or lock released too many times\")\n";

const std::string kHead = "lock L = Lock()\nlock M = RLock()\nprocess P: a e\nprocess Q: b\n";

model::Script parsed(const std::string& text) {
  const base::Result<model::Script> result = parse(text, "t.lks");
  EXPECT_TRUE(result.ok()) << text << (result.ok() ? "" : result.error().text());
  return result.ok() ? result.value() : model::Script();
}

std::string error_of(const std::string& text) {
  const base::Result<model::Script> result = parse(text, "t.lks");
  EXPECT_FALSE(result.ok()) << text;
  return result.ok() ? "" : result.error().text();
}

// The error of one step after kHead, whose lines are 1 to 4, without the file's name.
std::string step_error(const std::string& step) { return error_of(kHead + step).substr(6); }

TEST(ParseTest, TheExampleIsCanonical) { EXPECT_EQ(print(parsed(kExample)), kExample); }

TEST(ParseTest, TheExampleMeansWhatItSays) {
  const model::Script script = parsed(kExample);
  EXPECT_EQ(script.comment, "A lock may be released by a process that did not acquire it.");
  ASSERT_EQ(script.actors.size(), 3U);
  EXPECT_EQ(script.actors[2], (model::ActorDeclaration{"c", 1, false, false}));
  ASSERT_EQ(script.steps.size(), 7U);
  EXPECT_EQ(script.steps[1].line, 8);
  EXPECT_EQ(script.steps[1].call.arguments[0], (model::Argument{"timeout", "0.5"}));
  EXPECT_EQ(script.steps[1].expectation.outcomes[0].kind, model::OutcomeKind::kBlocks);
  EXPECT_EQ(script.steps[2].seconds.nanoseconds, 250000000);
  EXPECT_EQ(script.steps[4].expectation.kind, model::ExpectationKind::kReturns);
  EXPECT_EQ(script.steps[6].expectation.outcomes[0].text, "ValueError(\"semaphore or lock released too many times\")");
}

TEST(ParseTest, EveryStepIsReadAndPrinted) {
  const std::string steps =
      "\n"
      "a: L.acquire(True, timeout=10**400)    -> raises OverflowError | raises OSError(22, \"Invalid argument\") | "
      "blocks\n"
      "b: M.acquire(\"#,)\", None, x=-0.0)\n"
      "b: L.locked()                          -> False\n"
      "b: repr(L)                             -> \"<Lock(owner=None)>\"\n"
      "a: with L: body returns                -> None\n"
      "a: with M: body raises                 -> raises RuntimeError(\"body\")\n"
      "race\n"
      "  a: L.release()\n"
      "  b: L.release()\n"
      "end\n"
      "start thread d in Q\n"
      "start process R: f from a\n"
      "fork e as g\n"
      "g: L.acquire()\n"
      "stop g\n"
      "continue g\n"
      "signal g raises\n"
      "signal a returns\n"
      "exit d\n"
      "kill R\n"
      "clock +1.5\n"
      "one of a, b returns True | False\n"
      "b still blocks\n"
      "schedule 0 1 1 2\n";
  const std::string head = "lock     L = Lock()\nlock     M = RLock()\nprocess  P: a e\nprocess  Q: b\n";
  const model::Script script = parsed(head + steps);
  EXPECT_EQ(print(script), head + steps);
  EXPECT_EQ(parsed(print(script)), script);
  EXPECT_EQ(script.schedule, (std::vector<std::uint32_t>{0, 1, 1, 2}));
  EXPECT_EQ(script.processes[3], (model::ProcessDeclaration{"g", true}));
}

TEST(ParseTest, LayoutAndLateCommentsDoNotMatter) {
  const model::Script script = parsed(
      "#  two\n#\n#lines  \n\nclause a.b # c\r\nlock L=Lock( ) # d\n# e\nprocess P :a b#f\n  a :L . acquire( 5 , "
      "timeout = .5 )->True|"
      "raises  E( 'x' ,1 )#g");
  EXPECT_EQ(print(script),
            "#  two\n#\n# lines\nclause   a.b\nlock     L = Lock()\nprocess  P: a b\n\n"
            "a: L.acquire(5, timeout=.5)    -> True | raises E(\"x\", 1)\n");
}

TEST(ParseTest, AScriptWithoutStepsIsOne) { EXPECT_EQ(parsed(kHead).steps.size(), 0U); }

TEST(ParseTest, EmptyScriptsAreErrors) {
  EXPECT_EQ(error_of(""), "t.lks:1:1: expected a lock, as in 'lock L = Lock()'");
  EXPECT_EQ(error_of("lock L = Lock()\n"), "t.lks:1:1: expected a process, as in 'process P: a'");
  EXPECT_EQ(error_of("lock L = Lock()\na: L.acquire()"),
            "t.lks:2:1: expected a process, as in 'process P: a', before the first step");
}

TEST(ParseTest, DeclarationErrorsHaveTheirPlace) {
  EXPECT_EQ(error_of("lock L = Semaphore()"), "t.lks:1:10: expected 'Lock()' or 'RLock()'");
  EXPECT_EQ(error_of("lock race = Lock()").substr(0, 11), "t.lks:1:6: ");
  EXPECT_EQ(error_of("lock L = Lock()\nlock L = Lock()"),
            "t.lks:2:6: expected a new name: there is a lock 'L' already");
  EXPECT_EQ(error_of("process P: a a"), "t.lks:1:14: expected a new name: there is an actor 'a' already");
  EXPECT_EQ(error_of("process P:").substr(0, 12), "t.lks:1:11: ");
  EXPECT_EQ(error_of("clause Lock!").substr(0, 11), "t.lks:1:8: ");
  EXPECT_EQ(error_of("process P: a b c d e f g h i"), "t.lks:1:28: expected at most 8 actors");
  EXPECT_EQ(error_of(kHead + "pause 1\nlock N = Lock()"),
            "t.lks:6:1: expected a step: declarations come before the first one");
}

TEST(ParseTest, StepErrorsHaveTheirPlace) {
  EXPECT_EQ(step_error("wait 1").substr(0, 5), "5:1: ");
  EXPECT_EQ(step_error("x: L.acquire()"), "5:1: expected an actor declared or started above: a, e, b");
  EXPECT_EQ(step_error("a: N.acquire()"), "5:4: expected a lock declared or started above: L, M");
  EXPECT_EQ(step_error("a: L.grab()"), "5:6: expected 'acquire', 'release' or 'locked'");
  EXPECT_EQ(step_error("a: L.acquire(timeout=x)").substr(0, 6), "5:22: ");
  EXPECT_EQ(step_error("a: L.acquire(timeout=1"), "5:23: expected ')'");
  EXPECT_EQ(step_error("a: L.acquire(timeout=1, 2)"), "5:1: expected a keyword: positional arguments come first");
  EXPECT_EQ(step_error("a: L.acquire() -> Maybe").substr(0, 6), "5:19: ");
  EXPECT_EQ(step_error("a: L.acquire() -> raises ValueError(\"x"), "5:39: expected the closing quotation mark");
  EXPECT_EQ(step_error("a: L.acquire() True"), "5:16: expected the end of the line");
  EXPECT_EQ(step_error("a: returns blocks").substr(0, 5), "5:1: ");
  EXPECT_EQ(step_error("pause -1"), "5:7: expected seconds, from 0 to 1e9, such as 0.25");
  EXPECT_EQ(step_error("pause nan").substr(0, 5), "5:7: ");
  EXPECT_EQ(step_error("clock +0").substr(0, 5), "5:8: ");
  EXPECT_EQ(step_error("clock 1"), "5:7: expected '+'");
  EXPECT_EQ(step_error("start actor d"), "5:7: expected 'thread' or 'process'");
  EXPECT_EQ(step_error("d: L.acquire()\nstart thread d in Q").substr(0, 5), "5:1: ");
  EXPECT_EQ(step_error("kill R"), "5:6: expected a process declared or started above: P, Q");
  EXPECT_EQ(step_error("signal e returns"), "5:8: expected the main thread of a process: only it runs signal handlers");
  EXPECT_EQ(step_error("signal a").substr(0, 5), "5:9: ");
  EXPECT_EQ(step_error("fork a as b"), "5:11: expected a new name: there is an actor 'b' already");
  EXPECT_EQ(step_error("fork a as P").substr(0, 6), "5:11: ");
  EXPECT_EQ(step_error("one of a returns True"), "5:1: expected one actor, or two or more after 'one of'");
  EXPECT_EQ(step_error("schedule 0 x"), "5:12: expected a choice, a number from 0 on");
  EXPECT_EQ(step_error("schedule 0\npause 1").substr(0, 5), "6:1: ");
}

TEST(ParseTest, RacesHoldCallsDeathsAndClockSteps) {
  EXPECT_EQ(step_error("end"), "5:1: expected 'end' after the calls of a race");
  EXPECT_EQ(step_error("race\nend"), "6:1: expected 'end' after the calls of a race");
  EXPECT_EQ(step_error("race\na: L.acquire()\n"), "5:1: expected 'end' after the calls of a race");
  EXPECT_EQ(step_error("race\nkill P\nend").substr(0, 5), "7:1: ");
  EXPECT_TRUE(parse(kHead + std::string("race\na: L.acquire()\na: L.release()\nkill P\nclock +1\nend"), "t.lks").ok());
  EXPECT_EQ(step_error("race\npause 1\nend").substr(0, 5), "6:1: ");
  EXPECT_EQ(step_error("race\na: L.acquire() -> True\nend").substr(0, 5), "6:1: ");
}

TEST(ParseTest, LongScriptsAreRefused) {
  std::string text = kHead;
  for (int i = 0; i < 1000; ++i) {
    text += "pause 1\n";
  }
  EXPECT_EQ(parsed(text).steps.size(), 1000U);
  EXPECT_EQ(error_of(text + "pause 1\n"), "t.lks:1005:1: expected at most 1000 steps");
}

// Every error is an error, and none of these a crash: what is left of the example when one character is cut out.
TEST(ParseTest, DamagedTextsAreReadOrRefused) {
  for (std::size_t i = 0; i < kExample.size(); ++i) {
    std::string text = kExample;
    text.erase(i, 1);
    const base::Result<model::Script> result = parse(text, "t.lks");
    if (result.ok()) {
      EXPECT_FALSE(validate(result.value()).has_value()) << text;
      EXPECT_EQ(parsed(print(result.value())), result.value());
    } else {
      EXPECT_GT(result.error().line, 0);
      EXPECT_GT(result.error().column, 0);
    }
    EXPECT_TRUE(!parse(kExample.substr(0, i), "t.lks").ok() || i > 100);
  }
}

}  // namespace
}  // namespace lockstep::script
