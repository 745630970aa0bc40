#include "harness/judge/expectations.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "harness/judge/player.h"
#include "harness/judge/testing.h"
#include "harness/script/generate.h"

namespace lockstep::judge {
namespace {

constexpr const char* kEntry =
    "[[divergence]]\n"
    "id = \"X-1\"\n"
    "clause = \"lock.*\"\n"
    "policy = \"two-step-release\"\n"
    "reason = \"because\"\n";

// Files in a folder of their own, gone with the test.
class ExpectationsTest : public testing::Test {
 protected:
  ExpectationsTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("lockstep-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    std::filesystem::create_directories(folder_);
  }
  ~ExpectationsTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  std::string error_of(const std::string& text) const {
    const auto read = load_expectations(write("bad.toml", text));
    return read.ok() ? "" : read.error().text().substr(folder_.string().size() + 1);
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(ExpectationsTest, ATextIsReadAsAFileIs) {
  const auto read = read_expectations(kEntry, "entry");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read.value().size(), 1U);
  EXPECT_EQ(read_expectations("extends = \"base\"\n", "text").error().text(), "text:1:11: there is no base.toml");
  EXPECT_EQ(read_expectations("id = \n", "text").error().file, "text");
}

TEST_F(ExpectationsTest, AFileExtendsAnother) {
  write("base.toml", kEntry);
  const auto read = load_expectations(write("more.toml",
                                            "extends = \"base\"\n"
                                            "[[divergence]]\n"
                                            "id = \"X-2\"\n"
                                            "case = \"lock/with*\"\n"
                                            "when = 'python < \"3.12\" and not arch == \"aarch64\"'\n"
                                            "observed = \"raises *\"\n"
                                            "reason = \"because\"\n"
                                            "sometimes = true\n"));
  ASSERT_TRUE(read.ok()) << read.error().text();
  ASSERT_EQ(read.value().size(), 2U);
  EXPECT_EQ(read.value()[0].policy, spec::Policy::kTwoStepRelease);
  EXPECT_EQ(read.value()[1].case_name, "lock/with*");
  EXPECT_TRUE(read.value()[1].sometimes);
  EXPECT_TRUE(read.value()[1].when.holds({"cpython", "3.11.2", "3.11.2", "2.36", "x86_64", "fork"}));
  EXPECT_FALSE(read.value()[1].when.holds({"cpython", "3.12.0", "3.12.0", "2.36", "x86_64", "fork"}));
}

TEST_F(ExpectationsTest, ErrorsNameFileAndLine) {
  EXPECT_EQ(error_of(std::string(kEntry) + "colour = \"red\"\n"), "bad.toml:6:10: unknown key 'colour'");
  EXPECT_EQ(
      error_of(std::string(kEntry) + "when = 'pythn == \"3\"'\n"),
      "bad.toml:6:8: expected implementation, version, python, libc, arch, start_method, 'not' or '(' at column 1 "
      "of the condition");
  EXPECT_EQ(error_of(std::string(kEntry) + kEntry), "bad.toml:6:1: the id 'X-1' is used twice");
  EXPECT_EQ(error_of("[[divergence]]\nid = \"X\"\nclause = \"*\"\nreason = \"r\"\npolicy = \"no-such\"\n"),
            "bad.toml:5:10: unknown policy 'no-such'");
  EXPECT_EQ(error_of("[[divergence]]\nid = \"X\"\nclause = \"*\"\npolicy = \"two-step-release\"\n"),
            "bad.toml:1:1: expected a 'reason': why does it diverge?");
  EXPECT_EQ(error_of("[[divergence]]\nid = \"X\"\nclause = \"*\"\nreason = \"r\"\n"),
            "bad.toml:1:1: expected a 'policy' or what is 'observed'");
  EXPECT_EQ(error_of("extends = \"nothing\"\n").substr(0, 25), "bad.toml:1:11: there is n");
  EXPECT_EQ(error_of("extends = \"bad\"\n"), "bad.toml:1:11: 'bad' extends this file in turn");
  EXPECT_EQ(error_of("id = \n").substr(0, 11), "bad.toml:1:");
  // Neither is white space, which the parser must know, nor the beginning of a key.
  EXPECT_EQ(error_of("\u00e9 = 1\n").substr(0, 13), "bad.toml:1:1:");
  EXPECT_EQ(error_of("id = 1\u3001\n").substr(0, 13), "bad.toml:1:7:");
  EXPECT_FALSE(load_expectations("/no/such/file.toml").ok());
  EXPECT_FALSE(load_expectations(testing::TempDir()).ok());
  EXPECT_EQ(error_of("extends = \"" + std::string(5000, 'a') + "\"\n").substr(0, 25), "bad.toml:1:11: there is n");
}

TEST_F(ExpectationsTest, TheTextOfAFileIsReadAlike) {
  const std::string base = write("base.toml", kEntry);
  const auto read = read_expectations("extends = \"base\"\n", base + "-which-is-not-there");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read.value().front().file, base);
  EXPECT_EQ(read_expectations("colour = 1\n", "a.toml").error().text(), "a.toml:1:10: unknown key 'colour'");
}

TEST(ConditionTest, FollowsItsGrammar) {
  const Facts facts{"billiard", "4.2.0", "3.9.18", "2.36", "x86_64", "spawn"};
  const auto holds = [&](const char* text) {
    const auto condition = Condition::parse(text);
    EXPECT_TRUE(condition.ok()) << text << ": " << condition.error().text();
    return condition.ok() && condition.value().holds(facts);
  };
  EXPECT_TRUE(holds("python < \"3.10\""));
  EXPECT_TRUE(holds("version == \"4.2\""));
  EXPECT_FALSE(holds("version > \"4.2\""));
  EXPECT_TRUE(holds("not version != \"4.2.0\" and libc >= \"2.31\""));
  EXPECT_TRUE(holds("start_method == \"fork\" or start_method == \"spawn\" and python <= \"3.9.18\""));
  EXPECT_FALSE(holds("(start_method == \"fork\" or start_method == \"spawn\") and arch == \"aarch64\""));
  for (const char* bad : {"", "python", "python =", "python < 3.9", "python < \"3", "(arch == \"a\"", "arch < \"a\"",
                          "arch == \"a\" arch == \"b\"", "notarch == \"a\""}) {
    EXPECT_FALSE(Condition::parse(bad).ok()) << bad;
  }
}

TEST(ConditionTest, NothingIsNestedDeeperThanTheStack) {
  const std::string comparison = "arch == \"a\"";
  std::string negations, parentheses, alternatives = comparison;
  for (int i = 0; i < 100000; ++i) {
    negations += "not ";
    parentheses += "(";
    alternatives += " or " + comparison;
  }
  for (const std::string& text : {negations + comparison, parentheses + comparison, alternatives}) {
    const auto condition = Condition::parse(text);
    ASSERT_FALSE(condition.ok());
    EXPECT_EQ(condition.error().message, "expected at most 100 comparisons, negations and parentheses");
  }
}

TEST(GlobTest, StarsStandForAnyText) {
  EXPECT_TRUE(matches_glob("lock.*", "lock.acquire"));
  EXPECT_FALSE(matches_glob("lock.*", "rlock.acquire"));
  EXPECT_TRUE(matches_glob("*.acquire.*-nan", "rlock.acquire.timeout-nan"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_FALSE(matches_glob("a*b", "abc"));
}

std::vector<Divergence> cpython() {
  const auto read = load_expectations(LOCKSTEP_EXPECTATIONS "/cpython.toml");
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().text());
  return read.ok() ? read.value() : std::vector<Divergence>();
}

const Facts kCPython{"cpython", "3.11.7", "3.11.7", "2.36", "x86_64", "fork"};

TEST(AssessTest, ForeseesOneDivergenceByOneEntry) {
  const model::Script script = parsed(
      "lock L = Lock()\n"
      "process P: a\n"
      "process Q: b\n"
      "a: L.acquire() -> True\n"
      "b: L.acquire(timeout=inf) -> raises OSError\n"
      "a: L.release() -> None\n");
  const std::vector<Divergence> expectations = cpython();
  const Assessment assessment = assess(script, spelled_trace(script), {}, expectations, kCPython);
  EXPECT_EQ(assessment.finding.clause, "lock.acquire.timeout-infinite");
  EXPECT_TRUE(assessment.known);
  ASSERT_EQ(assessment.entries.size(), 1U);
  EXPECT_EQ(assessment.entries[0]->id, "X-CPYTHON-001");
  EXPECT_FALSE(assess(script, spelled_trace(script), {}, {}, kCPython).known);
}

TEST(AssessTest, FindsTheFewestEntriesForSeveral) {
  const model::Script script = parsed(
      "lock L = Lock()\n"
      "lock R = RLock()\n"
      "process P: a\n"
      "a: R.acquire() -> True\n"
      "fork a as b\n"
      "a: L.acquire() -> True\n"
      "b: L.acquire(timeout=nan) -> raises OSError\n"
      "b: R.acquire(False) -> True\n");
  const std::vector<Divergence> expectations = cpython();
  const Assessment assessment = assess(script, spelled_trace(script), {}, expectations, kCPython);
  EXPECT_TRUE(assessment.known);
  std::set<std::string> ids;
  for (const Divergence* entry : assessment.entries) {
    ids.insert(entry->id);
  }
  EXPECT_EQ(ids, (std::set<std::string>{"X-CPYTHON-001", "X-CPYTHON-003"}));
}

TEST(AssessTest, AnUnforeseenDivergenceIsNotKnown) {
  const model::Script script = parsed(
      "lock L = Lock()\n"
      "process P: a\n"
      "a: L.acquire() -> True\n"
      "a: L.acquire(timeout=inf) -> raises OSError\n"
      "a: L.release() -> False\n");
  const Assessment assessment = assess(script, spelled_trace(script), {}, cpython(), kCPython);
  EXPECT_EQ(assessment.finding.verdict, Verdict::kDiverge);
  EXPECT_FALSE(assessment.known);
}

TEST(AssessTest, AnEntryWithoutPolicyForeseesItsOutcomeOnly) {
  Divergence entry;
  entry.id = "X";
  entry.clause = "lock.release.unlocked";
  entry.observed = "raises RuntimeError*";
  const auto known = [&](const char* line, std::string_view case_name) {
    const model::Script script = parsed(std::string("lock L = Lock()\nprocess P: a\n") + line);
    return assess(script, spelled_trace(script), {}, {entry}, kCPython, case_name).known;
  };
  EXPECT_TRUE(known("a: L.release() -> raises RuntimeError\n", ""));
  EXPECT_FALSE(known("a: L.release() -> None\n", ""));
  entry.clause = "";
  entry.case_name = "lock/over*";
  EXPECT_TRUE(known("a: L.release() -> raises RuntimeError\n", "lock/over_release"));
  EXPECT_FALSE(known("a: L.release() -> raises RuntimeError\n", "lock/other"));
  EXPECT_FALSE(known("a: L.release() -> raises RuntimeError\n", ""));
}

TEST(AssessTest, EverythingThatCPythonDoesIsForeseen) {
  const std::vector<Divergence> expectations = cpython();
  script::Profile profile;
  profile.races = true;
  profile.reprs = true;
  profile.lifecycle_percent = 50;
  profile.edge_percent = 30;
  spec::Options options;
  options.edition.minor = 11;
  options.has_locked = false;
  int known = 0;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const model::Script script = script::generate(profile, 11, i);
    const trace::Trace trace = Player(script, Flaw::kCPython, options, i).play();
    const Assessment assessment = assess(script, trace, options, expectations, kCPython);
    EXPECT_TRUE(assessment.known || assessment.finding.verdict == Verdict::kAgree)
        << "script " << i << ": " << assessment.finding.clause << ": expected " << assessment.finding.expected
        << ", observed " << assessment.finding.observed;
    known += assessment.known ? 1 : 0;
  }
  EXPECT_GT(known, 0);
}

}  // namespace
}  // namespace lockstep::judge
