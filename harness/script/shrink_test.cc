#include "harness/script/shrink.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "harness/script/edit.h"
#include "harness/script/generate.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using model::Method;
using model::Script;
using model::Step;
using model::StepKind;

Script parsed(const std::string& text) {
  const base::Result<Script> result = parse(text, "");
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().text());
  return result.value();
}

bool is_call(const Step& step, Method method) { return step.kind == StepKind::kCall && step.call.method == method; }

// A stand-in for a broken lock: somebody acquires a lock, and later somebody else of another process releases it.
bool released_elsewhere(const Script& script) {
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    for (std::size_t j = i + 1; j < script.steps.size(); ++j) {
      const Step& first = script.steps[i];
      const Step& second = script.steps[j];
      if (is_call(first, Method::kAcquire) && is_call(second, Method::kRelease) &&
          first.call.lock == second.call.lock &&
          script.actors[static_cast<std::size_t>(first.actor)].process !=
              script.actors[static_cast<std::size_t>(second.actor)].process) {
        return true;
      }
    }
  }
  return false;
}

// Another one: a killed process.
bool has_kill(const Script& script) {
  for (const Step& step : script.steps) {
    if (step.kind == StepKind::kKill && script.processes[static_cast<std::size_t>(step.process)].started_by_step) {
      return true;
    }
  }
  return false;
}

TEST(ShrinkTest, FindsTheSimplestScript) {
  const std::string simplest = "lock     L = Lock()\nprocess  P: a\nprocess  Q: b\n\na: L.acquire()\nb: L.release()\n";
  int found = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Script script = generate(Profile(), 11, i);
    if (!released_elsewhere(script)) {
      continue;
    }
    ++found;
    Script small = shrink(script, released_elsewhere);
    EXPECT_EQ(small.steps.size(), 2U);
    EXPECT_EQ(small.actors.size(), 2U);
    EXPECT_EQ(small.processes.size(), 2U);
    EXPECT_EQ(small.locks, (std::vector<model::LockDeclaration>{{small.locks[0].name, model::LockKind::kLock}}));
    EXPECT_TRUE(small.steps[0].call.arguments.empty());
  }
  EXPECT_GT(found, 20);
  const Script script = parsed(
      "lock L = Lock()\nlock M = RLock()\nprocess P: a c\nprocess Q: b d\npause 3\nc: M.acquire(False, timeout=0.137)\n"
      "a: L.acquire(timeout=3)\nd: L.locked()\nd: L.release()\nb: with M: body raises\nkill Q\n");
  EXPECT_EQ(print(shrink(script, released_elsewhere)),
            "lock     L = Lock()\nprocess  P: a\nprocess  Q: d\n\n"
            "a: L.acquire()\nd: L.release()\n");
}

TEST(ShrinkTest, NoSingleStepOfTheResultCanGo) {
  Profile profile;
  profile.lifecycle_percent = 100;
  profile.races = true;
  int found = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Script script = generate(profile, 12, i);
    if (!has_kill(script)) {
      continue;
    }
    ++found;
    const Script small = shrink(script, has_kill);
    EXPECT_TRUE(has_kill(small));
    for (std::size_t step = 0; step < small.steps.size(); ++step) {
      Edit edit(small);
      edit.removed[step] = true;
      const auto smaller = apply(small, edit);
      EXPECT_TRUE(!smaller || !has_kill(*smaller)) << print(small);
    }
    EXPECT_EQ(small.steps.size(), 2U) << print(small);
  }
  EXPECT_GT(found, 10);
}

TEST(ShrinkTest, OnlyNewValidScriptsAreTriedWithinTheBudget) {
  Profile profile;
  profile.lifecycle_percent = profile.edge_percent = 100;
  profile.races = true;
  for (std::uint64_t i = 0; i < 50; ++i) {
    Script script = generate(profile, 13, i);
    script.schedule = {3, 1, 2};
    int tries = 0;
    std::set<std::string> seen = {print(script)};
    Budget budget;
    budget.tries_max = 150;
    const auto fails = [&](const Script& candidate) {
      ++tries;
      EXPECT_FALSE(validate(candidate)) << print(candidate);
      EXPECT_TRUE(seen.insert(print(candidate)).second);
      return seen.size() % 3 == 0;
    };
    const Script small = shrink(script, fails, budget);
    EXPECT_LE(tries, 150);
    EXPECT_LE(small.steps.size(), script.steps.size());
  }
}

TEST(ShrinkTest, WhatNeverFailsAgainStaysAsItIs) {
  const Script script = generate(Profile(), 1, 1);
  EXPECT_EQ(shrink(script, [](const Script&) { return false; }), script);
}

TEST(ShrinkTest, ValuesAndSchedulesBecomePlain) {
  const Script script = parsed(
      "lock L = Lock()\nprocess P: a b\na: L.acquire()\nb: L.acquire(True, timeout=0.731)\npause 2.047\n"
      "a: with L: body raises\nschedule 0 3 7 1\n");
  const auto fails = [](const Script& s) {
    return s.steps.size() == 4 && s.steps[1].call.arguments.size() == 1 && s.steps[2].seconds.nanoseconds > 0 &&
           s.steps[1].call.arguments[0].keyword == "timeout" && s.schedule.size() > 1 && s.schedule[1] == 3;
  };
  EXPECT_FALSE(fails(script));
  const auto fails_or_longer = [&](const Script& s) {
    return fails(s) || (s.steps.size() == 4 && s.steps[1].call.arguments.size() == 2 && s.schedule.size() > 1 &&
                        s.schedule[1] == 3);
  };
  EXPECT_EQ(print(shrink(script, fails_or_longer)),
            "lock     L = Lock()\nprocess  P: a\n\na: L.acquire()\na: L.acquire(timeout=0)\npause 1\na: L.acquire()\n"
            "schedule 0 3\n");
  Budget budget;
  budget.seconds_max = 0.02;
  EXPECT_EQ(shrink(script, fails_or_longer, budget).steps[2].seconds.spelling, "0.01");
}

TEST(EditTest, WhatDependsOnARemovedStepGoesWithIt) {
  const Script script = parsed(
      "lock L = Lock()\nprocess P: a b\nfork a as d\nstart thread e in d\ne: L.acquire()\nd: L.release()\n"
      "race\nd: L.acquire()\nend\none of b, e returns True\nkill d\nb: L.acquire()\n");
  Edit edit(script);
  edit.removed[0] = true;
  EXPECT_EQ(print(apply(script, edit).value()), "lock     L = Lock()\nprocess  P: a b\n\nb: L.acquire()\n");
}

TEST(EditTest, ARaceGoesWithoutItsCalls) {
  const Script script = parsed("lock L = Lock()\nprocess P: a b\nrace\na: L.acquire()\nb: L.acquire()\nend\n");
  Edit edit(script);
  edit.removed[0] = true;
  EXPECT_EQ(apply(script, edit)->steps.size(), 2U);
  edit = Edit(script);
  edit.removed[1] = edit.removed[2] = true;
  EXPECT_EQ(apply(script, edit)->steps.size(), 0U);
}

TEST(EditTest, AnInvalidResultIsNone) {
  const Script script = parsed("lock L = Lock()\nprocess P: a b\nrace\na: L.acquire()\nkill P\nend\n");
  Edit edit(script);
  edit.removed[1] = true;  // a race without a call
  EXPECT_FALSE(apply(script, edit).has_value());
}

}  // namespace
}  // namespace lockstep::script
