#include "harness/processes/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/processes/test_replay.h"
#include "harness/processes/virtual_carrier.h"
#include "harness/script/generate.h"
#include "harness/script/print.h"

namespace lockstep::processes {
namespace {

struct Scripts {
  std::vector<model::Script> scripts;
  std::vector<replay::Item> items;
};

// Every other script with the plain order, first in, first out; the rest with choices of its own.
Scripts generated(const script::Profile& profile, std::size_t count) {
  Scripts generated;
  for (std::size_t index = 0; index < count; ++index) {
    generated.scripts.push_back(script::generate(profile, 1, index));
  }
  for (std::size_t index = 0; index < count; ++index) {
    generated.items.push_back({&generated.scripts[index], index % 2});
  }
  return generated;
}

std::string text(const Audit& audit) {
  if (!audit.first.has_value()) {
    return audit.carrier + ": no difference";
  }
  const Difference& first = *audit.first;
  return audit.carrier + " differs in " + std::to_string(audit.differing) + ", first in\n" +
         script::print(*first.script) + "P:\n" + trace::print(first.audited, names(*first.script)) + audit.carrier +
         ":\n" + trace::print(first.auditor, names(*first.script));
}

struct Case {
  const char* module;
  const char* start_method;
};

class AuditTest : public ::testing::TestWithParam<Case> {
 protected:
  static Launch launch_of(const Case& which) {
    Launch result = launch(which.module, which.start_method, true);
    result.environment.push_back(std::string("PYTHONPATH=") + LOCKSTEP_BUILD + "/python");
    return result;
  }
};
INSTANTIATE_TEST_SUITE_P(All, AuditTest,
                         ::testing::Values(Case{"multiprocessing", "fork"}, Case{"multiprocessing", "spawn"},
                                           Case{"multiprocessing", "forkserver"}, Case{"lockstep", "fork"},
                                           Case{"lockstep", "spawn"}, Case{"lockstep", "forkserver"}),
                         [](const auto& which) {
                           return std::string(which.param.module) + "_" + which.param.start_method;
                         });

TEST_P(AuditTest, EveryAuditorSeesTheTracesOfCarrierP) {
  script::Profile profile;
  profile.lifecycle_percent = 0;
  const Scripts scripts = generated(profile, 400);
  for (const Audit& audit : audit(launch_of(GetParam()), 0, scripts.items)) {
    SCOPED_TRACE(text(audit));
    EXPECT_TRUE(audit.skipped.empty()) << audit.skipped;
    EXPECT_EQ(audit.differing, 0U);
  }
}

TEST_P(AuditTest, ProcessesThatComeAndGoMakeNoDifference) {
  script::Profile profile;
  profile.lifecycle_percent = 100;
  const Scripts scripts = generated(profile, 40);
  for (const Audit& audit : audit(launch_of(GetParam()), 0, scripts.items)) {
    SCOPED_TRACE(text(audit));
    EXPECT_EQ(audit.differing, 0U);
  }
}

}  // namespace
}  // namespace lockstep::processes
