#include "impl/lock/rlock.h"

#include <gtest/gtest.h>

#include <thread>

#include "impl/lock/shared_memory_for_test.h"

namespace lockstep::impl {
namespace {

class RLockTest : public ::testing::Test {
 protected:
  bool others_can_acquire() {
    bool acquired = false;
    std::thread([&] {
      acquired = lock_.try_acquire();
      if (acquired) {
        EXPECT_EQ(lock_.release(), Release::kReleased);
      }
    }).join();
    return acquired;
  }

  Shared<FutexSlot> slot_;
  RLock<FutexPlatform> lock_{*slot_};
};

TEST_F(RLockTest, IsReleasedAsOftenAsAcquired) {
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(lock_.acquire(0), Acquire::kAcquired);
    EXPECT_EQ(lock_.count(), i);
    EXPECT_TRUE(lock_.check_invariants());
  }
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_FALSE(others_can_acquire());
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_TRUE(lock_.is_free());
  EXPECT_FALSE(lock_.mine());
  EXPECT_EQ(lock_.release(), Release::kNotOwned);
  EXPECT_TRUE(others_can_acquire());
}

TEST_F(RLockTest, AnotherThreadNeitherOwnsNorReleasesIt) {
  ASSERT_EQ(lock_.acquire(0), Acquire::kAcquired);
  std::thread([this] {
    EXPECT_FALSE(lock_.mine());
    EXPECT_EQ(lock_.release(), Release::kNotOwned);
    EXPECT_EQ(lock_.acquire(0), Acquire::kTimedOut);
    EXPECT_EQ(lock_.count(), 1);
  }).join();
  EXPECT_TRUE(lock_.mine());
}

TEST_F(RLockTest, AForkedChildDoesNotOwnIt) {
  ASSERT_EQ(lock_.acquire(0), Acquire::kAcquired);
  Child child([this] {
    const bool stranger = !lock_.mine() && lock_.count() == 0 && lock_.release() == Release::kNotOwned &&
                          lock_.acquire(0) == Acquire::kTimedOut;
    return stranger ? 0 : 1;
  });
  EXPECT_EQ(child.join(), 0);
  EXPECT_TRUE(lock_.mine());
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_TRUE(lock_.is_free());
}

TEST_F(RLockTest, AForkedChildGetsItInItsTurn) {
  ASSERT_EQ(lock_.acquire(0), Acquire::kAcquired);
  Child child([this] {
    const bool acquired = lock_.acquire(kNoDeadline) == Acquire::kAcquired && lock_.count() == 1;
    return acquired && lock_.release() == Release::kReleased ? 0 : 1;
  });
  await_sleepers(*slot_, 1);
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(child.join(), 0);
  EXPECT_TRUE(lock_.is_free());
}

TEST_F(RLockTest, AThreadWithTheIdOfADeadOwnerDoesNotOwnIt) {
  std::thread::native_handle_type owner{};
  std::thread([&] {
    owner = pthread_self();
    EXPECT_EQ(lock_.acquire(0), Acquire::kAcquired);
  }).join();
  bool reused = false;
  for (int i = 0; i < 1000 && !reused; ++i) {
    std::thread([&] {
      reused = pthread_equal(pthread_self(), owner) != 0;
      EXPECT_FALSE(lock_.mine());
      EXPECT_EQ(lock_.release(), Release::kNotOwned);
    }).join();
  }
  EXPECT_TRUE(reused) << "no thread got the id of the dead one: nothing was tested";
  EXPECT_EQ(lock_.count(), 1);
}

TEST_F(RLockTest, TooDeepARecursionChangesNothing) {
  Shared<FutexSlot> slot;
  RLock<FutexPlatform, 3> shallow(*slot);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(shallow.acquire(0), Acquire::kAcquired);
  }
  EXPECT_EQ(shallow.acquire(0), Acquire::kOverflow);
  EXPECT_EQ(shallow.count(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(shallow.release(), Release::kReleased);
  }
  EXPECT_TRUE(shallow.is_free());
}

TEST_F(RLockTest, ForgettingDisowns) {
  ASSERT_EQ(lock_.acquire(0), Acquire::kAcquired);
  lock_.forget();
  EXPECT_FALSE(lock_.mine());
  EXPECT_EQ(lock_.count(), 0);
  EXPECT_EQ(lock_.release(), Release::kNotOwned);
}

TEST_F(RLockTest, InvariantsFailWhenAnOwnedWordIsFree) {
  ASSERT_EQ(lock_.acquire(0), Acquire::kAcquired);
  slot_->word = 0;
  EXPECT_FALSE(lock_.check_invariants());
}

// The counter is not atomic on purpose.
TEST_F(RLockTest, ExcludesThreads) {
  constexpr long kTurns = 20'000;
  long counter = 0;
  const auto work = [&] {
    for (long i = 0; i < kTurns; ++i) {
      EXPECT_EQ(lock_.acquire(kNoDeadline), Acquire::kAcquired);
      EXPECT_EQ(lock_.acquire(kNoDeadline), Acquire::kAcquired);
      ++counter;
      EXPECT_EQ(lock_.release(), Release::kReleased);
      EXPECT_EQ(lock_.release(), Release::kReleased);
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(counter, 2 * kTurns);
}

}  // namespace
}  // namespace lockstep::impl
