#include "harness/script/validate.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "harness/script/parse.h"

namespace lockstep::script {
namespace {

using model::Script;
using model::StepKind;

Script sample() {
  return parse(
             "lock L = Lock()\nprocess P: a b\nprocess Q: c\n"
             "a: L.acquire(timeout=0.5) -> True\npause 1\nfork a as d\nstart thread e in d\n"
             "race\na: L.release()\nc: L.release()\nend\none of a, b returns True\nsignal c raises\n",
             "")
      .value();
}

// A way to spoil the sample, and a part of what validate() must say to it.
struct Spoiled {
  const char* message;
  std::function<void(Script&)> spoil;
};

TEST(ValidateTest, TheSampleIsValid) { EXPECT_FALSE(validate(sample()).has_value()); }

void expect_found(const std::vector<Spoiled>& cases) {
  for (const Spoiled& spoiled : cases) {
    Script script = sample();
    for (model::Step& step : script.steps) {
      step.line = 0;
    }
    spoiled.spoil(script);
    const auto error = validate(script);
    ASSERT_TRUE(error.has_value()) << spoiled.message;
    EXPECT_NE(error->text().find(spoiled.message), std::string::npos) << error->text() << " for " << spoiled.message;
  }
}

TEST(ValidateTest, DeclarationsAreChecked) {
  expect_found({
      {"expected a lock", [](Script& s) { s.locks.clear(); }},
      {"expected a process", [](Script& s) { s.processes.clear(); }},
      {"at most 8", [](Script& s) { s.locks.resize(9, s.locks[0]); }},
      {"is there already", [](Script& s) { s.actors[1].name = "a"; }},
      {"expected a name", [](Script& s) { s.locks[0].name = "1"; }},
      {"expected a name", [](Script& s) { s.actors[0].name = "pause"; }},
      {"printable ASCII", [](Script& s) { s.comment = "\x07"; }},
      {"without blanks", [](Script& s) { s.comment = "a \nb"; }},
      {"expected a clause", [](Script& s) { s.clauses = {"A"}; }},
      {"order of their processes", [](Script& s) { s.actors[0].process = 1; }},
      {"order of their processes", [](Script& s) { s.actors[1].main_thread = true; }},
      {"order of their processes", [](Script& s) { s.actors[2].process = 2; }},
      {"in every process",
       [](Script& s) {
         s.processes.insert(s.processes.begin() + 2, {"R", false});
       }},
      {"after what the head", [](Script& s) { std::swap(s.actors[2], s.actors[3]); }},
  });
}

TEST(ValidateTest, CallsAndTheirOutcomesAreChecked) {
  expect_found({
      {"step 1: expected an actor", [](Script& s) { s.steps[0].actor = 3; }},
      {"expected a declared lock", [](Script& s) { s.steps[0].call.lock = 1; }},
      {"expected a value", [](Script& s) { s.steps[0].call.arguments[0].spelling = "x"; }},
      {"given twice", [](Script& s) { s.steps[0].call.arguments.resize(2, s.steps[0].call.arguments[0]); }},
      {"positional",
       [](Script& s) {
         s.steps[0].call.arguments.push_back({"", "1"});
       }},
      {"expected a keyword, not", [](Script& s) { s.steps[0].call.arguments[0].keyword = "?"; }},
      {"at most 7",
       [](Script& s) {
         s.steps[0].call.arguments.assign(8, {"", "1"});
       }},
      {"no arguments", [](Script& s) { s.steps[0].call.method = model::Method::kWith; }},
      {"'with' only", [](Script& s) { s.steps[0].call.body_raises = true; }},
      {"expected an outcome", [](Script& s) { s.steps[0].expectation.outcomes.clear(); }},
      {"expected an outcome",
       [](Script& s) {
         s.steps[0].expectation.outcomes = {{model::OutcomeKind::kHung, ""}};
       }},
      {"expected an outcome",
       [](Script& s) {
         s.steps[0].expectation.outcomes = {{model::OutcomeKind::kRaised, "E('x')"}};
       }},
      {"of the call itself", [](Script& s) { s.steps[0].expectation = s.steps[8].expectation; }},
  });
}

TEST(ValidateTest, OtherStepsAreChecked) {
  expect_found({
      {"step 2: expected seconds", [](Script& s) { s.steps[1].seconds.nanoseconds = 1; }},
      {"expected seconds",
       [](Script& s) {
         s.steps[1].seconds = {"-1", -1000000000};
       }},
      {"more than 0",
       [](Script& s) {
         s.steps[1].kind = StepKind::kClock;
         s.steps[1].seconds = {"0", 0};
       }},
      {"nothing set but", [](Script& s) { s.steps[1].actor = 0; }},
      {"step 3: expected the next new actor", [](Script& s) { s.steps[2].new_actor = 4; }},
      {"called like its actor", [](Script& s) { s.processes[2].name = "R"; }},
      {"declared as this step", [](Script& s) { s.actors[3].main_thread = false; }},
      {"expected a process that was started", [](Script& s) { s.steps[3].process = 3; }},
      {"different",
       [](Script& s) {
         s.steps[8].expectation.actors = {0, 0};
       }},
      {"a race holds nothing else", [](Script& s) { s.steps[6].kind = model::StepKind::kExit; }},
      {"after the calls of a race", [](Script& s) { s.steps.erase(s.steps.begin() + 4); }},
      {"expected a call", [](Script& s) { s.steps.erase(s.steps.begin() + 7); }},
      {"after the calls of a race", [](Script& s) { s.steps.resize(7); }},
      {"step that starts each actor", [](Script& s) { s.steps.resize(2); }},
      {"expected the main thread", [](Script& s) { s.steps[9].actor = 1; }},
      {"at most 1000", [](Script& s) { s.steps.insert(s.steps.end(), 1000, s.steps[1]); }},
  });
}

TEST(ValidateTest, AnErrorNamesTheLineItComesFrom) {
  Script script = sample();
  script.steps[0].call.lock = 5;
  EXPECT_EQ(validate(script)->text(), "4:1: expected a declared lock");
}

}  // namespace
}  // namespace lockstep::script
