#include <gtest/gtest.h>

#include <array>
#include <string>

#include "impl/lock/lock.h"
#include "impl/platform/sim/exploration_for_test.h"
#include "impl/platform/sim/sim_slot.h"

// Lock with one mistake each: the simulation must find it, and by the check that is named for it.
namespace lockstep::impl::sim {
namespace {

enum class Mistake {
  kNone,
  kForgetsToWake,
  kReleasesInTwoSteps,
  kAcquiresInTwoSteps,
  kAcquiresRelaxed,
  kReleasesRelaxed,
  kCountsSleepersTooLate,
  kTakesAsUncontended,
  kWaitsForAnyValue,
  kTellsTheKernelNothing,
};

template <Mistake kMistake>
class MistakenLock {
 public:
  MistakenLock(Slot<SimPlatform>& slot, SimPlatform platform) : slot_(slot), platform_(platform) {}

  Acquire acquire(std::int64_t deadline_ns) {
    if (try_acquire()) {
      return Acquire::kAcquired;
    }
    const SimPlatform::Pending pending(platform_, kMistake == Mistake::kTellsTheKernelNothing ? nothing() : slot_.word);
    constexpr bool kLate = kMistake == Mistake::kCountsSleepersTooLate;
    if (!kLate) {
      slot_.sleepers.fetch_add(1, kRelaxed);
    }
    // The one woken must take the lock as contended: it can't tell whether it slept alone.
    std::uint32_t wanted = kContended;
    while (slot_.word.exchange(wanted, kTake) != kFree) {
      if (kLate) {
        slot_.sleepers.fetch_add(1, kRelaxed);
      }
      const std::uint32_t expected = kMistake == Mistake::kWaitsForAnyValue ? slot_.word.load(kRelaxed) : kContended;
      const Wake wake = platform_.wait(slot_.word, expected, deadline_ns);
      if (wake != Wake::kNotified) {
        slot_.sleepers.fetch_sub(1, kRelaxed);
        return Acquire::kTimedOut;
      }
      if (kMistake == Mistake::kTakesAsUncontended && try_acquire()) {
        break;
      }
      if (kLate) {
        slot_.sleepers.fetch_sub(1, kRelaxed);
      }
    }
    if (!kLate) {
      slot_.sleepers.fetch_sub(1, kRelaxed);
    }
    return Acquire::kAcquired;
  }

  Release release() {
    const SimPlatform::Pending pending(platform_, kMistake == Mistake::kTellsTheKernelNothing ? nothing() : slot_.word);
    const std::uint32_t before = free();
    if (before == kFree) {
      return Release::kNotHeld;
    }
    if (before == kContended && slot_.sleepers.load(kRelaxed) != 0 && kMistake != Mistake::kForgetsToWake) {
      platform_.wake(slot_.word, 1);
    }
    return Release::kReleased;
  }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kHeld = 0x20000000;
  static constexpr std::uint32_t kContended = 0xA0000000;
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  static constexpr auto kTake =
      kMistake == Mistake::kAcquiresRelaxed ? std::memory_order_release : std::memory_order_acq_rel;
  static constexpr auto kGive =
      kMistake == Mistake::kReleasesRelaxed ? std::memory_order_acquire : std::memory_order_acq_rel;

  bool try_acquire() {
    if (kMistake == Mistake::kAcquiresInTwoSteps) {
      return slot_.word.load(std::memory_order_acquire) == kFree && (slot_.word.store(kHeld, kTake), true);
    }
    std::uint32_t expected = kFree;
    constexpr auto kOrder = kMistake == Mistake::kAcquiresRelaxed ? kRelaxed : std::memory_order_acquire;
    return slot_.word.compare_exchange_strong(expected, kHeld, kOrder, kRelaxed);
  }

  std::uint32_t free() {
    if (kMistake == Mistake::kReleasesInTwoSteps) {
      const std::uint32_t before = slot_.word.load(std::memory_order_acquire);
      slot_.word.store(kFree, std::memory_order_release);
      return before;
    }
    return slot_.word.exchange(kFree, kGive);
  }

  SimWord& nothing() { return slot_.last_releaser; }  // A word on which nobody sleeps.

  Slot<SimPlatform>& slot_;
  SimPlatform platform_;
};

// Three processes acquire and release.
template <Mistake kMistake>
Exploration three_take(const Settings& settings = {}) {
  World world(settings);
  Slot<SimPlatform> slot = make_slot(world);
  Section section(world);
  std::array<bool, kThreadsMax> inside{};
  auto take = [&] {
    MistakenLock<kMistake> lock(slot, SimPlatform(world));
    bool& here = inside.at(static_cast<std::size_t>(world.running()));
    here = true;
    world.check(lock.acquire(kNoDeadline) == Acquire::kAcquired, "gave up");
    section.pass();
    world.check(lock.release() == Release::kReleased, "a lock that was held is not");
    here = false;
  };
  for (int process = 0; process < 3; ++process) {
    world.add_thread(process, take);
  }
  const auto renew = [&] {
    inside = {};
    section.renew();
  };
  const auto judge = [&](Result& result) {
    bool holder_died = false;
    for (int process = 0; process < 3; ++process) {
      holder_died |= world.state(process) == World::State::kDead && inside.at(static_cast<std::size_t>(process));
    }
    if (result.ending == Ending::kDeadlock && holder_died && slot.word.peek() != 0) {
      result = {};  // A death takes the lock with it.
    }
  };
  return explore(world, renew, judge, {.preemptions_max = 2, .stale_max = 1});
}

template <Mistake kMistake>
Exploration two_release() {
  World world;
  Slot<SimPlatform> slot = make_slot(world, 0x20000000);  // Held.
  int released = 0;
  auto release = [&] {
    released += MistakenLock<kMistake>(slot, SimPlatform(world)).release() == Release::kReleased ? 1 : 0;
  };
  world.add_thread(0, release);
  world.add_thread(1, release);
  return explore(
      world, [&] { released = 0; },
      [&](Result& result) {
        if (released != 1) {
          result = {.ending = Ending::kFailed, .why = "two releases of a lock held once"};
        }
      });
}

TEST(BrokenLockTest, NoneIsFoundInACorrectOne) {
  EXPECT_EQ(three_take<Mistake::kNone>().first_failure, "");
  EXPECT_EQ(three_take<Mistake::kNone>({.kills_max = 1}).first_failure, "");
  EXPECT_EQ(three_take<Mistake::kNone>({.spurious_max = 1}).first_failure, "");
  EXPECT_EQ(two_release<Mistake::kNone>().first_failure, "");
}

TEST(BrokenLockTest, AForgottenWakeIsADeadlock) {
  EXPECT_EQ(three_take<Mistake::kForgetsToWake>().first_ending, Ending::kDeadlock);
}

TEST(BrokenLockTest, AReleaseInTwoStepsSucceedsTwice) {
  EXPECT_EQ(two_release<Mistake::kReleasesInTwoSteps>().whys.count("two releases of a lock held once"), 1U);
}

TEST(BrokenLockTest, AnAcquisitionInTwoStepsLetsTwoIn) {
  EXPECT_EQ(three_take<Mistake::kAcquiresInTwoSteps>().whys.count("two threads hold the lock"), 1U);
}

TEST(BrokenLockTest, ARelaxedAcquisitionIsARace) {
  const Exploration found = three_take<Mistake::kAcquiresRelaxed>();
  EXPECT_EQ(found.count(Ending::kRace) + found.count(Ending::kFinished), found.runs);
  EXPECT_EQ(found.first_ending, Ending::kRace);
}

TEST(BrokenLockTest, ARelaxedReleaseIsARace) {
  EXPECT_EQ(three_take<Mistake::kReleasesRelaxed>().first_ending, Ending::kRace);
}

TEST(BrokenLockTest, SleepersCountedTooLateAreADeadlock) {
  EXPECT_EQ(three_take<Mistake::kCountsSleepersTooLate>().first_ending, Ending::kDeadlock);
}

TEST(BrokenLockTest, AWokenThreadThatForgetsTheOthersIsADeadlock) {
  EXPECT_EQ(three_take<Mistake::kTakesAsUncontended>().first_ending, Ending::kDeadlock);
}

TEST(BrokenLockTest, AWaitThatDoesNotCompareIsADeadlock) {
  EXPECT_EQ(three_take<Mistake::kWaitsForAnyValue>().first_ending, Ending::kDeadlock);
}

TEST(BrokenLockTest, AWakeThatDiesWithItsThreadIsADeadlock) {
  EXPECT_TRUE(three_take<Mistake::kTellsTheKernelNothing>().all_finished());
  EXPECT_EQ(three_take<Mistake::kTellsTheKernelNothing>({.kills_max = 1}).first_ending, Ending::kDeadlock);
}

}  // namespace
}  // namespace lockstep::impl::sim
