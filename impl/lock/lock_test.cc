#include "impl/lock/lock.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "impl/lock/shared_memory_for_test.h"

namespace lockstep::impl {
namespace {

using TestLock = Lock<FutexPlatform>;

class LockTest : public ::testing::Test {
 protected:
  std::int64_t in_ms(std::int64_t ms) { return FutexPlatform().now_ns() + ms * 1'000'000; }

  Shared<FutexSlot> slot_;
  TestLock lock_{*slot_};
};

TEST_F(LockTest, AZeroSlotIsAFreeLock) {
  EXPECT_TRUE(lock_.is_free());
  EXPECT_TRUE(lock_.try_acquire());
  EXPECT_FALSE(lock_.is_free());
  EXPECT_TRUE(lock_.check_invariants());
}

TEST_F(LockTest, AHeldLockIsNotHadAgain) {
  ASSERT_TRUE(lock_.try_acquire());
  EXPECT_FALSE(lock_.try_acquire());
  EXPECT_EQ(lock_.acquire(0), Acquire::kTimedOut);
  EXPECT_EQ(lock_.acquire(in_ms(1)), Acquire::kTimedOut);
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_TRUE(lock_.is_free());
}

TEST_F(LockTest, AFreeLockIsHadHoweverLateTheDeadline) { EXPECT_EQ(lock_.acquire(0), Acquire::kAcquired); }

TEST_F(LockTest, ReleasingAFreeLockChangesNothing) {
  EXPECT_EQ(lock_.release(), Release::kNotHeld);
  EXPECT_TRUE(lock_.try_acquire());
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(lock_.release(), Release::kNotHeld);
}

TEST_F(LockTest, InvariantsFailOnAForeignValue) {
  slot_->word = 1;
  EXPECT_FALSE(lock_.check_invariants());
}

TEST_F(LockTest, ATimedOutWaiterIsNoLongerASleeper) {
  ASSERT_TRUE(lock_.try_acquire());
  EXPECT_EQ(lock_.wait(in_ms(1)), Acquire::kTimedOut);
  EXPECT_EQ(lock_.sleepers(), 0U);
  EXPECT_EQ(lock_.release(), Release::kReleased);
}

TEST_F(LockTest, AnotherProcessMayRelease) {
  ASSERT_TRUE(lock_.try_acquire());
  Child child([this] { return lock_.release() == Release::kReleased ? 0 : 1; });
  EXPECT_EQ(child.join(), 0);
  EXPECT_TRUE(lock_.is_free());
}

TEST_F(LockTest, AReleaseWakesASleeperOfAnotherProcess) {
  ASSERT_TRUE(lock_.try_acquire());
  Child child([this] { return lock_.acquire(kNoDeadline) == Acquire::kAcquired ? 0 : 1; });
  await_sleepers(*slot_, 1);
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(child.join(), 0);
  EXPECT_FALSE(lock_.is_free());
  EXPECT_EQ(lock_.sleepers(), 0U);
}

TEST_F(LockTest, EverySleeperGetsItsTurn) {
  ASSERT_TRUE(lock_.try_acquire());
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(std::make_unique<Child>([this] {
      return lock_.acquire(kNoDeadline) == Acquire::kAcquired && lock_.release() == Release::kReleased ? 0 : 1;
    }));
  }
  await_sleepers(*slot_, 4);
  EXPECT_EQ(lock_.release(), Release::kReleased);
  for (const auto& child : children) {
    EXPECT_EQ(child->join(), 0);
  }
  EXPECT_TRUE(lock_.is_free());
}

TEST_F(LockTest, ASignalInterruptsAWait) {
  ASSERT_TRUE(lock_.try_acquire());
  struct sigaction action {};
  action.sa_handler = [](int) {};
  struct sigaction before {};
  sigaction(SIGUSR1, &action, &before);
  std::atomic<bool> done{false};
  Acquire result = Acquire::kAcquired;
  std::thread waiter([&] {
    result = lock_.wait(kNoDeadline);
    done = true;
  });
  await_sleepers(*slot_, 1);
  while (!done) {
    pthread_kill(waiter.native_handle(), SIGUSR1);  // The first ones may come before it sleeps.
    std::this_thread::yield();
  }
  waiter.join();
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_EQ(result, Acquire::kInterrupted);
  EXPECT_EQ(lock_.sleepers(), 0U);
}

TEST_F(LockTest, OfTwoRacingReleasesExactlyOneSucceeds) {
  constexpr int kRounds = 20'000;
  std::atomic<int> round{0};
  std::array<std::atomic<int>, 2> finished{};
  std::atomic<int> released{0};
  std::thread other([&] {
    for (int i = 1; i <= kRounds; ++i) {
      while (round.load() < i) {
      }
      released += lock_.release() == Release::kReleased ? 1 : 0;
      finished[1] = i;
    }
  });
  int wrong = 0;
  for (int i = 1; i <= kRounds; ++i) {
    wrong += lock_.try_acquire() ? 0 : 1;
    released = 0;
    round = i;
    released += lock_.release() == Release::kReleased ? 1 : 0;
    while (finished[1].load() < i) {
      std::this_thread::yield();
    }
    wrong += released == 1 ? 0 : 1;
  }
  other.join();
  EXPECT_EQ(wrong, 0);
}

// The counter is not atomic on purpose: only the lock keeps its increments apart.
TEST_F(LockTest, ExcludesThreadsAndProcesses) {
  constexpr int kTurns = 20'000;
  struct Counter {
    volatile long turns = 0;
  };
  Shared<Counter> counter;
  const auto work = [&] {
    for (int i = 0; i < kTurns; ++i) {
      if (lock_.acquire(kNoDeadline) != Acquire::kAcquired) {
        return 1;
      }
      counter->turns = counter->turns + 1;
      if (lock_.release() != Release::kReleased) {
        return 1;
      }
    }
    return 0;
  };
  const auto two_threads = [&] {
    int failed = 0;
    std::thread second([&] { failed = work(); });
    const int first = work();
    second.join();
    return first + failed;
  };
  Child child(two_threads);
  EXPECT_EQ(two_threads(), 0);
  EXPECT_EQ(child.join(), 0);
  EXPECT_EQ(counter->turns, 4 * kTurns);
}

TEST_F(LockTest, AKilledSleeperDoesNotKeepTheLockFromTheNext) {
  ASSERT_TRUE(lock_.try_acquire());
  Child victim([this] { return static_cast<int>(lock_.acquire(kNoDeadline)); });
  await_sleepers(*slot_, 1);
  Child next([this] { return lock_.acquire(kNoDeadline) == Acquire::kAcquired ? 0 : 1; });
  await_sleepers(*slot_, 2);
  victim.die();
  EXPECT_EQ(victim.join(), -SIGKILL);
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(next.join(), 0);
  EXPECT_EQ(lock_.sleepers(), 1U);  // The dead one: an over-approximation for ever.
}

// A wake-up went to a waiter that was killed before it ran: by Platform::Pending the kernel passes it on.
TEST_F(LockTest, AWakeUpSwallowedByAKilledThreadIsPassedOn) {
  ASSERT_TRUE(lock_.try_acquire());
  Child next([this] { return lock_.acquire(kNoDeadline) == Acquire::kAcquired ? 0 : 1; });
  await_sleepers(*slot_, 1);
  next.await_sleep();
  Child victim([this] {
    const FutexPlatform::Pending pending(FutexPlatform(), slot_->word);
    slot_->sleepers.fetch_add(1);
    return pause();
  });
  await_sleepers(*slot_, 2);
  slot_->word = 0;  // A release, whose wake-up the victim got.
  victim.die();
  EXPECT_EQ(victim.join(), -SIGKILL);
  EXPECT_EQ(next.join(), 0);
}

// The same, but somebody took the lock in between, so the kernel sees a word that is not 0 and wakes nobody. The next
// release looks for the sleeper, by (4) of Lock.
TEST_F(LockTest, AForgottenSleeperIsFoundByTheNextRelease) {
  ASSERT_TRUE(lock_.try_acquire());
  Child next([this] { return lock_.acquire(kNoDeadline) == Acquire::kAcquired ? 0 : 1; });
  await_sleepers(*slot_, 1);
  next.await_sleep();
  slot_->sleepers.fetch_add(1);  // One who was woken by a release, overtaken, and killed.
  slot_->word = 0;
  ASSERT_TRUE(lock_.try_acquire());
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(next.join(), 0);
}

TEST_F(LockTest, ReleasesAreQuietWhileNobodyIsFound) {
  slot_->sleepers = 1;  // A dead one.
  ASSERT_TRUE(lock_.try_acquire());
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(slot_->quiet.load(), 64U);
  ASSERT_TRUE(lock_.try_acquire());
  EXPECT_EQ(lock_.release(), Release::kReleased);
  EXPECT_EQ(slot_->quiet.load(), 63U);
  ASSERT_TRUE(lock_.try_acquire());
  EXPECT_EQ(lock_.wait(in_ms(1)), Acquire::kTimedOut);
  EXPECT_EQ(slot_->quiet.load(), 0U);
}

}  // namespace
}  // namespace lockstep::impl
