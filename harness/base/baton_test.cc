#include "harness/base/baton.h"

#include <gtest/gtest.h>

namespace lockstep::base {
namespace {

TEST(BatonTest, ATimeThatIsOverEndsTheWait) {
  BatonWord word{};
  EXPECT_FALSE(take(word, 0));
  EXPECT_FALSE(take(word, -53));
  EXPECT_FALSE(take(word, INT64_MIN));
  give(word);
  EXPECT_TRUE(take(word, -53));
}

// A process that nobody vouches for may have written it.
TEST(BatonTest, AWordOfNoMeaningCountsAsGivenOnce) {
  BatonWord word{77};
  EXPECT_TRUE(take_or_sleep(word));
  EXPECT_FALSE(take(word, 0));
}

}  // namespace
}  // namespace lockstep::base
