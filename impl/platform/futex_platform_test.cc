#include "impl/platform/futex_platform.h"

#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/prctl.h>

#include <atomic>
#include <thread>

#include "impl/platform/deadline.h"
#include "impl/platform/hooks.h"

namespace lockstep::impl {
namespace {

TEST(FutexPlatformTest, AWaitForAnotherValueReturnsAtOnce) {
  FutexPlatform::Word word{1};
  EXPECT_EQ(FutexPlatform().wait(word, 2, kNoDeadline), Wake::kNotified);
}

TEST(FutexPlatformTest, AWaitEndsAtItsDeadlineAndNotBefore) {
  const FutexPlatform platform;
  FutexPlatform::Word word{1};
  const std::int64_t deadline = platform.now_ns() + 2'000'000;
  EXPECT_EQ(platform.wait(word, 1, deadline), Wake::kTimedOut);
  EXPECT_GE(platform.now_ns(), deadline);
}

TEST(FutexPlatformTest, APastDeadlineDoesNotSleep) {
  FutexPlatform::Word word{1};
  EXPECT_EQ(FutexPlatform().wait(word, 1, 0), Wake::kTimedOut);
}

TEST(FutexPlatformTest, AWaitIsNeverShort) {
  const FutexPlatform platform;
  FutexPlatform::Word word{1};
  for (const std::int64_t wait_ns : {1, 40, 1'000, 50'000, 1'000'000, 3'000'000}) {
    const std::int64_t deadline_ns = platform.now_ns() + wait_ns;
    EXPECT_EQ(platform.wait(word, 1, deadline_ns), Wake::kTimedOut);
    EXPECT_GE(platform.now_ns(), deadline_ns);
  }
}

TEST(FutexPlatformTest, WakingFindsTheSleeper) {
  const FutexPlatform platform;
  FutexPlatform::Word word{1};
  std::atomic<int> outcome{-1};
  std::thread sleeper([&] { outcome = static_cast<int>(platform.wait(word, 1, kNoDeadline)); });
  while (platform.wake(word, 1) == 0) {
    std::this_thread::yield();  // It is not asleep yet.
  }
  sleeper.join();
  EXPECT_EQ(outcome, static_cast<int>(Wake::kNotified));
  EXPECT_EQ(platform.wake(word, 1), 0);
}

TEST(FutexPlatformTest, PendingNamesTheWordAndNests) {
  robust_list_head* head = thread_state().robust;
  ASSERT_NE(head, nullptr);
  FutexPlatform::Word outer{0};
  FutexPlatform::Word inner{0};
  const auto pending_word = [head] { return reinterpret_cast<char*>(head->list_op_pending) + head->futex_offset; };
  EXPECT_EQ(head->list_op_pending, nullptr);
  {
    const FutexPlatform::Pending first(FutexPlatform(), outer);
    EXPECT_EQ(pending_word(), reinterpret_cast<char*>(&outer));
    {
      const FutexPlatform::Pending second(FutexPlatform(), inner);
      EXPECT_EQ(pending_word(), reinterpret_cast<char*>(&inner));
    }
    EXPECT_EQ(pending_word(), reinterpret_cast<char*>(&outer));
  }
  EXPECT_EQ(head->list_op_pending, nullptr);
}

TEST(FutexPlatformTest, ATimedWaitLeavesTheTimerSlackAsItWas) {
  ASSERT_EQ(prctl(PR_SET_TIMERSLACK, 12'345UL), 0);
  FutexPlatform::Word word{1};
  EXPECT_EQ(FutexPlatform().wait(word, 1, 0), Wake::kTimedOut);
  EXPECT_EQ(prctl(PR_GET_TIMERSLACK), 12'345);
  prctl(PR_SET_TIMERSLACK, 0UL);  // The default again.
}

TEST(FutexPlatformTest, ThisThreadIsNotBesideItself) {
  const FutexPlatform platform;
  EXPECT_NE(platform.here(), 0U);
  EXPECT_FALSE(platform.beside_me(platform.here()));
  EXPECT_FALSE(platform.beside_me(0));
}

}  // namespace
}  // namespace lockstep::impl
