#include "fuzz/support/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fuzz/support/moves.h"
#include "fuzz/support/mutator.h"
#include "harness/base/random.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/validate.h"

namespace lockstep::fuzz {
namespace {

using base::Random;

std::vector<std::uint8_t> random_bytes(Random& random) {
  std::vector<std::uint8_t> bytes(random.below(kPlanBytesMax + 20));
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random.below(256)); });
  return bytes;
}

void expect_within_limits(const Plan& plan) {
  ASSERT_LE(plan.steps.size(), kStepsMax);
  ASSERT_LE(plan.choices.size(), kChoicesMax);
  ASSERT_EQ(decode(encode(plan)), plan);
}

TEST(PlanTest, EveryByteStringIsAValidScript) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const Plan plan = decode(random_bytes(random));
    expect_within_limits(plan);
    for (const unsigned abilities : {0U, kThreads | kKills, unsigned{kEveryAbility}}) {
      const model::Script script = script_of(plan, abilities);
      const auto error = script::validate(script);
      ASSERT_FALSE(error.has_value()) << script::print(script) << error->text();
    }
  }
}

TEST(PlanTest, ThePlanOfItsScriptMeansTheSame) {
  Random random(2);
  for (int i = 0; i < 5000; ++i) {
    const model::Script script = script_of(decode(random_bytes(random)), kEveryAbility);
    ASSERT_EQ(script_of(plan_of(script), kEveryAbility), script) << script::print(script);
  }
}

TEST(PlanTest, EveryMoveIsFoundAgain) {
  for (std::size_t what = 0; what < moves().size(); ++what) {
    const Plan plan{0, 2, {{0, 4}, {1, 0}, {1, 5}, {17, static_cast<std::uint8_t>(what)}}, {}};
    const model::Script script = script_of(plan, kEveryAbility);
    EXPECT_EQ(script_of(plan_of(script), kEveryAbility), script) << script::print(script);
  }
}

TEST(PlanTest, AScriptMakesOnlyTheMovesThatATargetCan) {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const model::Script script = script_of(decode(random_bytes(random)), 0);
    EXPECT_EQ(script.processes.size(), script.actors.size());
    for (const model::Step& step : script.steps) {
      ASSERT_NE(step.kind, model::StepKind::kKill);
      ASSERT_NE(step.kind, model::StepKind::kSignal);
      ASSERT_NE(step.kind, model::StepKind::kStop);
    }
  }
}

TEST(PlanTest, ASeedKeepsTheStepsThatTheTableHas) {
  const auto script = script::parse(
      "lock M = Lock()\nprocess P: x\nprocess Q: y\nx: M.acquire() -> True\ny: M.acquire(timeout=0.5) -> blocks\n"
      "pause 0.5\ny: returns False\nx: M.release() -> None\nschedule 1 0 2\n",
      "test");
  ASSERT_TRUE(script.ok()) << script.error().text();
  EXPECT_EQ(script::print(script_of(plan_of(script.value()), kEveryAbility)),
            script::print(script::parse("lock L = Lock()\nprocess P: a\nprocess Q: b\na: L.acquire()\n"
                                        "b: L.acquire(timeout=0.5)\npause 0.5\na: L.release()\nschedule 1 0 2\n",
                                        "test")
                              .value()));
}

TEST(MutatorTest, MutatedPlansStayWithinTheLimits) {
  Random random(4);
  Plan plan;
  std::size_t most_steps = 0, most_choices = 0;
  for (int i = 0; i < 20000; ++i) {
    mutate(plan, random);
    expect_within_limits(plan);
    most_steps = std::max(most_steps, plan.steps.size());
    most_choices = std::max(most_choices, plan.choices.size());
  }
  EXPECT_EQ(most_steps, kStepsMax);  // so the limits were met
  EXPECT_EQ(most_choices, kChoicesMax);
}

TEST(MutatorTest, ACrossIsOfBothParents) {
  Random random(5);
  Plan one, other;
  one.steps.assign(20, {1, 1});
  other.steps.assign(20, {2, 2});
  bool both = false;
  for (int i = 0; i < 200; ++i) {
    const Plan child = cross_over(one, other, random);
    expect_within_limits(child);
    both = both || (std::count(child.steps.begin(), child.steps.end(), PlannedStep{1, 1}) > 0 &&
                    std::count(child.steps.begin(), child.steps.end(), PlannedStep{2, 2}) > 0);
  }
  EXPECT_TRUE(both);
}

}  // namespace
}  // namespace lockstep::fuzz
