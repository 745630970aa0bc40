#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "impl/lock/lock.h"
#include "impl/platform/sim/enumerate.h"
#include "impl/platform/sim/lock_program.h"

// Processes that are killed at every scheduling point: what invariant (4) of impl/lock/ALGORITHM.md promises.
namespace lockstep::impl::sim {
namespace {

// The rest stands in proof.cc.
TEST(SimKillTest, NobodySleepsOnAFreeLockAfterADeathAmongTwo) {
  const std::array<Actor, 2> two{};
  LockProgram<> program(two, {.kills_max = 1});
  const Exploration found = program.explore_all({});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
  EXPECT_EQ(program.forgotten(), 0U);
}

// Time passes only when nobody can run.
class PatientChooser final : public Chooser {
 public:
  explicit PatientChooser(Chooser& inner) : inner_(inner) {}

  [[nodiscard]] std::uint32_t choose(const Decision& decision) override {
    if (decision.kind != Decision::Kind::kNext) {
      return inner_.choose(decision);
    }
    if (decision.options[0].what == Option::What::kExpire) {
      return 0;
    }
    kept_.clear();
    places_.clear();
    for (std::uint32_t i = 0; i < decision.count; ++i) {
      if (decision.options[i].what != Option::What::kExpire) {
        kept_.push_back(decision.options[i]);
        places_.push_back(i);
      }
    }
    Decision narrowed = decision;
    narrowed.count = static_cast<std::uint32_t>(kept_.size());
    narrowed.options = kept_;
    return narrowed.count == 1 ? places_[0] : places_[inner_.choose(narrowed)];
  }

 private:
  Chooser& inner_;
  std::vector<Option> kept_;
  std::vector<std::uint32_t> places_;  // Of those kept.
};

// The worst that (4) allows. Two wait for a lock. Its release wakes one, who dies after another thread overtook it. And
// one more, who once found nobody asleep, is so late to say so in `quiet` that the overtaker does not look for the
// sleeper. Here one thread does the parts of all that are not waiting. Returns in how many runs somebody sleeps on the
// free lock after so many more releases.
std::uint64_t forgotten_sleepers(std::uint32_t later_releases) {
  World world({.kills_max = 1});
  Slot<SimPlatform> slot = make_slot(world, 0x20000000);  // Held.
  SimWord never(world);
  const SimPlatform platform(world);
  auto take = [&] {
    Lock lock(slot, platform);
    world.check(lock.acquire(kNoDeadline) == Acquire::kAcquired, "gave up");
    world.check(lock.release() == Release::kReleased, "not held");
  };
  auto overtake = [&] {
    world.check(Lock(slot, platform).release() == Release::kReleased, "not held");
    slot.quiet.store(64, std::memory_order_relaxed);  // Lock's kQuietReleases.
    take();
  };
  const auto asleep = [&] { return world.asleep_on(0) == &slot.word || world.asleep_on(1) == &slot.word; };
  auto use_later = [&] {
    world.check(platform.wait(never, 0, 1'000'000'000'000) == Wake::kTimedOut, "not the last");
    for (std::uint32_t i = 0; i < later_releases && asleep() && slot.word.peek() == 0; ++i) {
      take();
    }
  };
  world.add_thread(0, take);
  world.add_thread(1, take);
  world.add_thread(2, overtake);
  world.add_thread(2, use_later);
  std::uint64_t found = 0;
  enumerate(
      [&](Chooser& chooser) {
        PatientChooser patient(chooser);
        const Result result = world.run(patient);
        EXPECT_TRUE(result.ending == Ending::kFinished || result.ending == Ending::kDeadlock) << result.why;
        found += asleep() && slot.word.peek() == 0 ? 1 : 0;
        return true;
      },
      {.preemptions_max = 1, .stale_max = 0});
  return found;
}

TEST(SimKillTest, ASleeperIsForgottenForSixtyFourReleasesAtMost) {
  EXPECT_GT(forgotten_sleepers(0), 0U);
  EXPECT_GT(forgotten_sleepers(63), 0U);  // The overtaker's own release is the first.
  EXPECT_EQ(forgotten_sleepers(64), 0U);
}

}  // namespace
}  // namespace lockstep::impl::sim
