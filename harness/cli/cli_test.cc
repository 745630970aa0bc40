#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/cli/implementation.h"
#include "harness/cli/plan.h"
#include "harness/cli/results.h"
#include "harness/cli/summary.h"
#include "harness/cli/tally.h"

namespace lockstep::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ImplementationTest, ReadsEachPart) {
  const Implementation read = parse_implementation("mine=billiard@3.8:spawn").value();
  EXPECT_EQ(read.name, "mine");
  EXPECT_EQ(read.module, "billiard");
  EXPECT_EQ(read.python, "3.8");
  EXPECT_THAT(read.start_methods, ElementsAre("spawn"));
  EXPECT_THAT(parse_implementation("cpython").value().start_methods, ElementsAre("fork"));
  EXPECT_THAT(parse_implementation("cpython:all").value().start_methods, ElementsAre("fork", "spawn", "forkserver"));
  EXPECT_EQ(parse_implementation("reference").value().module, "lockstep");
}

TEST(ImplementationTest, ErrorsSayWhatWasExpected) {
  EXPECT_THAT(parse_implementation("cpython:thread").error().text(), HasSubstr("expected fork, spawn, forkserver"));
  EXPECT_THAT(parse_implementation("./no/such.py").error().text(), HasSubstr("there is no file"));
  EXPECT_THAT(parse_implementation("=x").error().text(), HasSubstr("expected a name"));
  EXPECT_THAT(parse_implementation("cpython@").error().text(), HasSubstr("after '@'"));
  EXPECT_THAT(parse_implementation(":fork").error().text(), HasSubstr("expected a module"));
}

TEST(ImplementationTest, TheReferenceIsAlwaysThereAndFirst) {
  EXPECT_TRUE(implementations({}).value().front().is_reference());
  EXPECT_TRUE(implementations({"billiard"}).value().front().is_reference());
  const auto both = implementations({"cpython", "reference:spawn"}).value();
  EXPECT_EQ(both.size(), 2U);
  EXPECT_THAT(both.front().start_methods, ElementsAre("spawn"));
}

TEST(ShardTest, IsOneOfSeveralParts) {
  EXPECT_EQ(parse_shard("2/8").value().index, 1U);
  for (const char* const wrong : {"0/8", "9/8", "1", "1/", "a/b", "1/2x"}) {
    EXPECT_FALSE(parse_shard(wrong).ok()) << wrong;
  }
}

Subject subject(const std::string& name, Time time) {
  Subject one;
  one.name = name;
  one.reference = name == "reference";
  one.time = time;
  one.has_lock = one.has_rlock = true;
  return one;
}

TEST(GroupsTest, SubjectsOfOneClockAndKindsShareTheirScripts) {
  std::vector<Subject> subjects = {subject("reference", Time::kVirtual), subject("cpython", Time::kVirtual),
                                   subject("lock_only", Time::kVirtual)};
  subjects[2].has_rlock = false;
  const auto groups = groups_of(subjects, Plan{});
  ASSERT_EQ(groups.size(), 4U);  // for each profile plain scripts and lifecycle scripts
  EXPECT_THAT(groups[0].subjects, ElementsAre(0, 1));
  EXPECT_THAT(groups[1].subjects, ElementsAre(2));
}

TEST(GroupsTest, WhatConcernsTheReferenceAloneComesLast) {
  const std::vector<Subject> subjects = {subject("reference", Time::kVirtual), subject("plug_in", Time::kReal)};
  const auto groups = groups_of(subjects, Plan{});
  EXPECT_THAT(groups.front().subjects, ElementsAre(1));
  EXPECT_TRUE(is_reference_only(groups.back(), subjects));
}

Judged judged(Standing standing, const std::string& expectation = "") {
  Judged result;
  result.standing = standing;
  if (!expectation.empty()) {
    result.expectations = {expectation};
  }
  return result;
}

TEST(TallyTest, PartsAddUpWhateverTheirOrder) {
  Tally first, second;
  first.add(judged(Standing::kPassed), 20, {});
  first.add(judged(Standing::kKnown, "X-1"), 20, {0, 7, "c", "e", "o"});
  second.add(judged(Standing::kKnown, "X-1"), 20, {0, 3, "c", "e", "o"});
  second.add(judged(Standing::kUnexpected), 20, {0, 5, "c", "e", "o"});
  Tally forwards = first, backwards = second;
  forwards.merge(second);
  backwards.merge(nlohmann::json(first).get<Tally>());
  EXPECT_EQ(nlohmann::json(forwards), nlohmann::json(backwards));
  EXPECT_EQ(forwards.scripts, 4U);
  EXPECT_EQ(forwards.by_expectation.at("X-1").occurrences, 2U);
  EXPECT_EQ(forwards.by_expectation.at("X-1").first.index, 3U);
}

TEST(TallyTest, KeepsTheFirstExampleOfEachWayToDiverge) {
  Tally tally;
  tally.add(judged(Standing::kUnexpected), 1, {0, 9, "clause", "True", "False"});
  tally.add(judged(Standing::kUnexpected), 1, {0, 4, "clause", "True", "False"});
  tally.add(judged(Standing::kUnexpected), 1, {0, 6, "clause", "True", "blocks"});
  ASSERT_EQ(tally.examples.size(), 2U);
  EXPECT_EQ(tally.examples[0].index, 4U);
  EXPECT_EQ(tally.examples[1].index, 6U);
}

class ExitCodeTest : public ::testing::Test {
 protected:
  ExitCodeTest() {
    run_.subjects = {subject("reference", Time::kVirtual), subject("other", Time::kVirtual)};
    run_.campaign.tallies.resize(2);
    for (Tally& tally : run_.campaign.tallies) {
      tally.scripts = tally.passed = 100;
    }
  }

  Tally& other() { return run_.campaign.tallies[1]; }

  cli::Run run_;
};

TEST_F(ExitCodeTest, AgreementIsZero) { EXPECT_EQ(exit_code(run_), 0); }

TEST_F(ExitCodeTest, KnownDivergencesAreAgreement) {
  other().known = 5;
  EXPECT_EQ(exit_code(run_), 0);
}

TEST_F(ExitCodeTest, ADivergenceIsOneWhateverElseFailed) {
  other().unexpected = 1;
  run_.errors = {"a worker ended"};
  EXPECT_EQ(exit_code(run_), 1);
}

TEST_F(ExitCodeTest, AFailureIsThree) {
  other().failure = "an actor ended outside a call";
  EXPECT_EQ(exit_code(run_), 3);
}

TEST_F(ExitCodeTest, MoreThanOnePercentInconclusiveIsNeverGreen) {
  other().inconclusive = 2;
  EXPECT_EQ(exit_code(run_), 0);
  other().inconclusive = 3;
  EXPECT_EQ(exit_code(run_), 3);
}

TEST_F(ExitCodeTest, ANamedImplementationThatRanNothingIsFour) {
  other() = Tally();
  run_.subjects[1].skip_reason = "there is no interpreter 3.99";
  EXPECT_EQ(exit_code(run_), 0);
  run_.subjects[1].named_by_user = true;
  EXPECT_EQ(exit_code(run_), 4);
}

TEST_F(ExitCodeTest, InterruptedIs130) {
  run_.campaign.interrupted = true;
  other().unexpected = 1;
  EXPECT_EQ(exit_code(run_), 130);
}

TEST_F(ExitCodeTest, TheSummaryNamesWhatFailed) {
  other().failure = "it broke";
  EXPECT_THAT(summary(run_, true), HasSubstr("FAILED: it broke"));
  EXPECT_THAT(summary(run_, true), ::testing::Not(HasSubstr("reference")));
}

TEST(ChoiceSeedTest, IsNeverThePlainOrder) {
  for (std::uint64_t index = 0; index < 1000; ++index) {
    EXPECT_NE(choice_seed(0, index), 0U);
  }
}

}  // namespace
}  // namespace lockstep::cli
