#include "impl/lock/counted_lock.h"

#include <gtest/gtest.h>

#include <thread>

#include "impl/lock/shared_memory_for_test.h"

namespace lockstep::impl {
namespace {

class CountedLockTest : public ::testing::Test {
 protected:
  Shared<FutexSlot> slot_;
  CountedLock<FutexPlatform> lock_{*slot_};
};

TEST_F(CountedLockTest, CountsAndKnowsItsThread) {
  ASSERT_TRUE(lock_.try_acquire());
  EXPECT_EQ(lock_.count(), 1);
  EXPECT_TRUE(lock_.mine());
  std::thread([this] { EXPECT_FALSE(lock_.mine()); }).join();
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(lock_.count(), 0);
  EXPECT_FALSE(lock_.mine());
}

TEST_F(CountedLockTest, AFailedReleaseIsNotCounted) {
  EXPECT_EQ(lock_.release(), Release::kNotHeld);
  EXPECT_EQ(lock_.count(), 0);
}

TEST_F(CountedLockTest, AReleaseElsewhereCountsThere) {
  ASSERT_TRUE(lock_.try_acquire());
  Child child([this] {
    const bool empty = lock_.count() == 0 && !lock_.mine();
    return empty && lock_.release() == Release::kReleased && lock_.count() == -1 ? 0 : 1;
  });
  EXPECT_EQ(child.join(), 0);
  EXPECT_TRUE(lock_.is_free());
  EXPECT_EQ(lock_.count(), 1);
  EXPECT_TRUE(lock_.mine());
}

TEST_F(CountedLockTest, IsNotRecursive) {
  ASSERT_TRUE(lock_.try_acquire());
  EXPECT_EQ(lock_.reenter(), Acquire::kTimedOut);
  EXPECT_FALSE(lock_.try_acquire());
}

}  // namespace
}  // namespace lockstep::impl
