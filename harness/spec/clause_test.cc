#include "harness/spec/clause.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lockstep::spec {
namespace {

TEST(ClauseTest, IdsAreUniqueAndBelongToAKind) {
  std::set<std::string_view> suffixes;
  for (const ClauseInfo& clause : clauses()) {
    EXPECT_TRUE(suffixes.insert(clause.suffix).second) << clause.suffix;
    EXPECT_TRUE(clause.of_lock || clause.of_rlock) << clause.suffix;
    EXPECT_FALSE(clause.text.empty()) << clause.suffix;
  }
}

TEST(ClauseTest, AnIdNamesTheKindOfLock) {
  EXPECT_EQ(id(Clause::kAcquireTimeoutNegative, model::LockKind::kLock), "lock.acquire.timeout-negative");
  EXPECT_EQ(id(Clause::kReleaseNotOwner, model::LockKind::kRLock), "rlock.release.not-owner");
  EXPECT_EQ(level(Clause::kAcquireTimeoutNegative), Level::kMust);
  EXPECT_EQ(level(Clause::kAcquireBlockType), Level::kObserved);
}

}  // namespace
}  // namespace lockstep::spec
