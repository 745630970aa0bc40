#include "harness/spec/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lockstep::spec {
namespace {

bool reachable(const std::string& name) {
  const std::vector<std::string> all = Coverage().missing();
  return std::find(all.begin(), all.end(), name) != all.end();
}

TEST(CoverageTest, ExploresWhatCanHappen) {
  EXPECT_TRUE(reachable("Lock held by the caller: acquire() blocks, then returns True"));
  EXPECT_TRUE(reachable("RLock held by another process more than once, with waiters: with stays blocked"));
  EXPECT_TRUE(reachable("RLock held by another thread of the process: release() raises AssertionError"));
  EXPECT_FALSE(reachable("Lock free: acquire() returns False"));
  EXPECT_FALSE(reachable("Lock held by the caller more than once: release() returns None"));
  EXPECT_FALSE(reachable("RLock held by the caller: acquire() stays blocked"));
  EXPECT_FALSE(reachable("Lock free, with waiters: release() raises ValueError"));
}

TEST(CoverageTest, CountsEachOnceAndNothingElse) {
  Coverage coverage;
  EXPECT_EQ(coverage.reached(), 0U);
  EXPECT_EQ(coverage.missing().size(), coverage.reachable());
  Situation situation;
  coverage.add(situation);
  coverage.add(situation);
  EXPECT_EQ(coverage.reached(), 1U);
  situation.ending = Ending::kAssertionError;
  coverage.add(situation);
  EXPECT_EQ(coverage.reached(), 1U);
  Coverage other;
  situation = {};
  situation.call = CallClass::kNonblocking;
  other.add(situation);
  coverage.merge(other);
  EXPECT_EQ(coverage.reached(), 2U);
}

}  // namespace
}  // namespace lockstep::spec
