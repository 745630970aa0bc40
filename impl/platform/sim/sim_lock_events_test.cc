#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "impl/lock/lock.h"
#include "impl/lock/rlock.h"
#include "impl/platform/sim/exploration_for_test.h"
#include "impl/platform/sim/sim_slot.h"

// Racing releases, deadlines and forks, in all runs.
namespace lockstep::impl::sim {
namespace {

constexpr std::uint32_t kHeld = 0x20000000;

void nothing(Result& /*result*/) {}

TEST(SimReleaseTest, OfTwoReleasesThatRaceExactlyOneFails) {
  World world;
  Slot<SimPlatform> slot = make_slot(world, kHeld);
  std::array<Release, 2> answers{};
  auto first = [&] { answers[0] = Lock(slot, SimPlatform(world)).release(); };
  auto second = [&] { answers[1] = Lock(slot, SimPlatform(world)).release(); };
  world.add_thread(0, first);
  world.add_thread(1, second);
  const Exploration found = explore(
      world, [] {},
      [&](Result& result) {
        const bool one_failed = (answers[0] == Release::kNotHeld) != (answers[1] == Release::kNotHeld);
        if (!one_failed || slot.word.peek() != 0) {
          result.ending = Ending::kFailed;
        }
      });
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

// One holds the lock, one waits for it, two release: a release fails exactly if the lock is free then.
TEST(SimReleaseTest, ReleasesBalanceAcquisitionsWhileOneWaits) {
  World world;
  Slot<SimPlatform> slot = make_slot(world, kHeld);
  int releases = 0;
  auto release = [&] { releases += Lock(slot, SimPlatform(world)).release() == Release::kReleased ? 1 : 0; };
  auto wait = [&] {
    world.check(Lock(slot, SimPlatform(world)).acquire(kNoDeadline) == Acquire::kAcquired, "gave up");
  };
  world.add_thread(0, release);
  world.add_thread(1, release);
  world.add_thread(2, wait);
  std::array<std::uint64_t, 3> seen{};
  const Exploration found = explore(
      world, [&] { releases = 0; },
      [&](Result& result) {
        ++seen.at(static_cast<std::size_t>(releases));
        // Two were acquired, the one at the beginning included.
        if ((slot.word.peek() == 0) != (releases == 2)) {
          result.ending = Ending::kFailed;
        }
      },
      {.preemptions_max = 4});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
  EXPECT_EQ(seen[0], 0U);
  EXPECT_GT(seen[1], 0U);
  EXPECT_GT(seen[2], 0U);
}

TEST(SimDeadlineTest, AWaitExpiresAtItsDeadlineExactlyOrGetsTheLock) {
  constexpr std::int64_t kDeadline_ns = 3'000'000'001;
  World world;
  Slot<SimPlatform> slot = make_slot(world, kHeld);
  std::uint64_t expired = 0;
  std::uint64_t acquired = 0;
  auto wait = [&] {
    const std::int64_t before_ns = world.now_ns();
    if (Lock(slot, SimPlatform(world)).acquire(kDeadline_ns) == Acquire::kTimedOut) {
      world.check(world.now_ns() == kDeadline_ns, "a wait expired at another time");
      ++expired;
    } else {
      world.check(world.now_ns() == before_ns, "time passed though nothing expired");
      ++acquired;
    }
  };
  auto release = [&] { world.check(Lock(slot, SimPlatform(world)).release() == Release::kReleased, "not held"); };
  world.add_thread(0, wait);
  world.add_thread(1, release);
  const Exploration found = explore(
      world, [] {}, nothing);
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
  EXPECT_GT(expired, 0U);
  EXPECT_GT(acquired, 0U);
}

TEST(SimDeadlineTest, WaitsExpireInTheOrderOfTheirDeadlines) {
  World world;
  Slot<SimPlatform> slot = make_slot(world, kHeld);
  std::array<std::int64_t, 3> deadlines_ns{5'000'000'000, 2'000'000'000, 5'000'000'000};
  struct Waiter {
    World* world;
    Slot<SimPlatform>* slot;
    std::int64_t deadline_ns;
    void operator()() const {
      world->check(Lock(*slot, SimPlatform(*world)).acquire(deadline_ns) == Acquire::kTimedOut, "nobody released");
      world->check(world->now_ns() >= deadline_ns, "too early");
    }
  };
  std::array<Waiter, 3> waiters{};
  for (int i = 0; i < 3; ++i) {
    waiters.at(static_cast<std::size_t>(i)) = {&world, &slot, deadlines_ns.at(static_cast<std::size_t>(i))};
    world.add_thread(i, waiters.at(static_cast<std::size_t>(i)));
  }
  const Exploration found = explore(
      world, [] {},
      [&](Result& result) {
        if (world.now_ns() != 5'000'000'000 || slot.sleepers.peek() != 0) {
          result.ending = Ending::kFailed;
        }
      },
      {.preemptions_max = 2});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

// A release may wake one whose wait expires at the same moment: then the lock, or the wake-up, is not lost to the
// other.
TEST(SimDeadlineTest, AnExpiryThatRacesWithAWakeLosesNoWake) {
  World world;
  Slot<SimPlatform> slot = make_slot(world, kHeld);
  auto timed = [&] {
    Lock lock(slot, SimPlatform(world));
    if (lock.acquire(2'000'000'000) == Acquire::kAcquired) {
      world.check(lock.release() == Release::kReleased, "not held");
    }
  };
  auto patient = [&] {
    Lock lock(slot, SimPlatform(world));
    world.check(lock.acquire(kNoDeadline) == Acquire::kAcquired, "gave up");
    world.check(lock.release() == Release::kReleased, "not held");
  };
  auto release = [&] { world.check(Lock(slot, SimPlatform(world)).release() == Release::kReleased, "not held"); };
  world.add_thread(0, timed);
  world.add_thread(1, patient);
  world.add_thread(2, release);
  const Exploration found = explore(world, [] {}, nothing, {.preemptions_max = 3, .stale_max = 1});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

TEST(SimDeadlineTest, AStepOfTheClockMakesAWaitLateButNeverEarly) {
  World world({.clock_steps_max = 1, .clock_step_ns = 10'000'000'000});
  Slot<SimPlatform> slot = make_slot(world, kHeld);
  bool late = false;
  auto wait = [&] {
    if (Lock(slot, SimPlatform(world)).acquire(3'000'000'000) == Acquire::kTimedOut) {
      world.check(world.now_ns() >= 3'000'000'000, "too early");
      late = late || world.now_ns() > 3'000'000'000;
    }
  };
  auto release = [&] { world.check(Lock(slot, SimPlatform(world)).release() == Release::kReleased, "not held"); };
  world.add_thread(0, wait);
  world.add_thread(1, release);
  const Exploration found = explore(
      world, [] {}, nothing);
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
  EXPECT_TRUE(late);
}

TEST(SimForkTest, AForkedCopyOfTheOwnerOwnsNothing) {
  using Owned = RLock<SimPlatform>;
  World world;
  Slot<SimPlatform> slot = make_slot(world);
  // A fork copies memory, atomics or not. The slot is shared.
  alignas(Owned) std::array<std::byte, sizeof(Owned)> parents{};
  alignas(Owned) std::array<std::byte, sizeof(Owned)> childs{};
  auto child = [&] {
    auto& lock = *std::launder(reinterpret_cast<Owned*>(childs.data()));
    world.check(!lock.mine() && lock.count() == 0, "the child owns the lock");
    world.check(lock.release() == Release::kNotOwned, "the child released its parent's lock");
    world.check(lock.acquire(kNoDeadline) == Acquire::kAcquired, "gave up");
    world.check(lock.mine() && lock.count() == 1, "the child does not own its lock");
    world.check(lock.release() == Release::kReleased, "the child can't release its lock");
  };
  auto parent = [&] {
    auto& lock = *std::launder(reinterpret_cast<Owned*>(parents.data()));
    world.check(lock.acquire(kNoDeadline) == Acquire::kAcquired, "gave up");
    world.check(lock.acquire(kNoDeadline) == Acquire::kAcquired, "not recursive");
    std::memcpy(childs.data(), parents.data(), sizeof(Owned));
    world.fork(child);
    world.step();
    world.check(lock.mine() && lock.count() == 2, "the parent lost its lock");
    world.check(lock.release() == Release::kReleased, "the parent can't release its lock");
    world.check(!lock.is_free(), "released too early");
    world.check(lock.release() == Release::kReleased, "the parent can't release its lock");
  };
  world.add_thread(0, parent);
  const Exploration found = explore(
      world, [&] { new (parents.data()) Owned(slot, SimPlatform(world)); }, nothing);
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
  EXPECT_GT(found.runs, 10U);
}

}  // namespace
}  // namespace lockstep::impl::sim
