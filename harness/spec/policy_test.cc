#include "harness/spec/policy.h"

#include <gtest/gtest.h>

namespace lockstep::spec {
namespace {

TEST(PolicyTest, NamesAreFoundAgain) {
  for (int i = 0; i < kPolicies; ++i) {
    const auto policy = static_cast<Policy>(i);
    EXPECT_EQ(find_policy(name(policy)), policy);
  }
  EXPECT_EQ(find_policy("no-such-policy"), std::nullopt);
}

TEST(PolicyTest, ASetHoldsWhatWasPutIn) {
  const PolicySet set = PolicySet().with(Policy::kThreadIdReuse).with(Policy::kTimeoutOverflow);
  EXPECT_TRUE(set.has(Policy::kThreadIdReuse));
  EXPECT_FALSE(set.has(Policy::kTwoStepRelease));
  EXPECT_EQ(set.without(Policy::kTimeoutOverflow).without(Policy::kThreadIdReuse), PolicySet());
  EXPECT_TRUE(PolicySet().empty());
}

}  // namespace
}  // namespace lockstep::spec
