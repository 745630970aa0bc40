#include "harness/judge/player.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "harness/judge/explain.h"
#include "harness/script/generate.h"
#include "harness/script/print.h"

namespace lockstep::judge {
namespace {

script::Profile lively_profile() {
  script::Profile profile;
  profile.races = true;
  profile.reprs = true;
  profile.edition_edges = true;
  profile.lifecycle_percent = 50;
  profile.edge_percent = 30;
  return profile;
}

spec::Options cpython(int minor) {
  spec::Options options;
  options.edition.minor = minor;
  options.has_locked = minor >= 14;
  for (int i = 0; i < spec::kPolicies; ++i) {
    options.policies = options.policies.with(static_cast<spec::Policy>(i));
  }
  return options;
}

void expect_explained(Flaw flaw, const spec::Options& options) {
  Explainer explainer(options);
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const model::Script script = script::generate(lively_profile(), 1, i);
    const trace::Trace trace = Player(script, flaw, options, i).play();
    const Finding finding = explainer.explain(script, trace);
    ASSERT_EQ(finding.verdict, Verdict::kAgree)
        << script::print(script) << trace::print(trace, script) << "script " << i << ", event " << finding.event
        << ", step " << finding.step << ", " << finding.clause << ": expected " << finding.expected << ", observed "
        << finding.observed;
  }
}

TEST(PlayerTest, ACorrectLockIsExplained) {
  for (const int minor : {8, 11, 13, 14}) {
    spec::Options options;
    options.edition.minor = minor;
    expect_explained(Flaw::kNone, options);
  }
}

TEST(PlayerTest, ACorrectLockIsExplainedWithAnyPolicyAndLevel) {
  spec::Options options = cpython(13);
  expect_explained(Flaw::kNone, options);
  options = {};
  options.level = spec::Level::kShould;
  options.exact_messages = false;
  expect_explained(Flaw::kNone, options);
}

TEST(PlayerTest, CPythonIsExplainedWithItsPolicies) {
  for (const int minor : {8, 11, 13, 14}) {
    expect_explained(Flaw::kCPython, cpython(minor));
  }
}

TEST(PlayerTest, EveryFlawIsFound) {
  constexpr Flaw kFlaws[] = {Flaw::kCPython,     Flaw::kLosesWakeUp,    Flaw::kExpiresEarly,   Flaw::kExpiresLate,
                             Flaw::kExpiresTrue, Flaw::kNegativeBlocks, Flaw::kReleasesFreely, Flaw::kNotRecursive,
                             Flaw::kLosesDepth,  Flaw::kProcessOwns,    Flaw::kWithKeeps,      Flaw::kSignalTakes,
                             Flaw::kWrongError};
  Explainer explainer({});
  for (const Flaw flaw : kFlaws) {
    int found = 0;
    for (std::uint64_t i = 0; i < 3000; ++i) {
      const model::Script script = script::generate(lively_profile(), 2, i);
      const trace::Trace trace = Player(script, flaw, {}, i).play();
      found += explainer.explain(script, trace).verdict == Verdict::kDiverge ? 1 : 0;
    }
    EXPECT_GT(found, 0) << "flaw " << static_cast<int>(flaw);
  }
}

TEST(PlayerTest, PrintsWhatAnExplanationCosts) {
  std::vector<model::Script> scripts;
  std::vector<trace::Trace> traces;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    scripts.push_back(script::generate(script::Profile(), 3, i));
    traces.push_back(Player(scripts.back(), Flaw::kNone, {}, i).play());
  }
  Explainer explainer({});
  std::size_t agreed = 0;
  const std::clock_t begin = std::clock();
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      agreed += explainer.explain(scripts[i], traces[i]).verdict == Verdict::kAgree ? 1U : 0U;
    }
  }
  const double microseconds = 1e6 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%.2f us of processor time a trace\n", microseconds / static_cast<double>(5 * scripts.size()));
  EXPECT_EQ(agreed, 5 * scripts.size());
}

}  // namespace
}  // namespace lockstep::judge
