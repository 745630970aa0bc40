#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "impl/lock/lock.h"
#include "impl/platform/sim/exploration_for_test.h"
#include "impl/platform/sim/sim_slot.h"

// Processes that are killed at every scheduling point: what invariant (4) of impl/lock/lock.h promises.
namespace lockstep::impl::sim {
namespace {

// Processes that acquire and release some times. One that dies may take the lock with it, as with multiprocessing: then
// the others wait for ever, on a word that is not free. No one may sleep on a free lock.
class Mortals {
 public:
  Mortals(int processes, int times, const Settings& settings) : world_(settings), times_(times) {
    for (int process = 0; process < processes; ++process) {
      Body& body = bodies_.at(static_cast<std::size_t>(process));
      body.mortals = this;
      world_.add_thread(process, body);
    }
  }

  // The failures are the runs in which somebody sleeps on a free lock, or on one that no dead process can hold.
  Exploration explore_all(const Bounds& bounds) {
    const auto renew = [this] {
      section_.renew();
      for (Body& body : bodies_) {
        body.inside = false;
      }
    };
    return explore(
        world_, renew, [this](Result& result) { judge(result); }, bounds);
  }

 private:
  struct Body {
    Mortals* mortals = nullptr;
    bool inside = false;  // From before it acquires to after it released.
    void operator()() { mortals->live(*this); }
  };

  void live(Body& body) {
    Lock<SimPlatform> lock(slot_, SimPlatform(world_));
    for (int i = 0; i < times_; ++i) {
      body.inside = true;
      world_.check(lock.acquire(kNoDeadline) == Acquire::kAcquired, "gave up");
      section_.pass();
      world_.check(lock.release() == Release::kReleased, "not held");
      body.inside = false;
    }
  }

  void judge(Result& result) {
    if (result.ending != Ending::kDeadlock) {
      return;
    }
    bool may_hold = false;
    for (int thread = 0; thread < static_cast<int>(kThreadsMax); ++thread) {
      may_hold |= world_.state(thread) == World::State::kDead && bodies_.at(static_cast<std::size_t>(thread)).inside;
    }
    result = slot_.word.peek() != 0 && may_hold ? Result{}
                                                : Result{.ending = Ending::kFailed, .why = "asleep on a free lock"};
  }

  World world_;
  int times_;
  Slot<SimPlatform> slot_ = make_slot(world_);
  Section section_{world_};
  std::array<Body, kThreadsMax> bodies_{};
};

TEST(SimKillTest, NobodySleepsOnAFreeLockAfterADeathAmongTwo) {
  const Exploration found = Mortals(2, 1, {.kills_max = 1}).explore_all({});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

TEST(SimKillTest, NobodySleepsOnAFreeLockAfterADeathAmongThree) {
  const Exploration found = Mortals(3, 1, {.kills_max = 1}).explore_all({.preemptions_max = 3, .stale_max = 0});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

TEST(SimKillTest, NobodySleepsOnAFreeLockAfterADeathAmongThreeWithStaleLoads) {
  const Exploration found = Mortals(3, 1, {.kills_max = 1}).explore_all({.preemptions_max = 2, .stale_max = 1});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

TEST(SimKillTest, NobodySleepsOnAFreeLockAfterTwoDeathsAmongThree) {
  const Exploration found = Mortals(3, 1, {.kills_max = 2}).explore_all({.preemptions_max = 2, .stale_max = 0});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
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
