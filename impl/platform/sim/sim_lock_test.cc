#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "impl/lock/counted_lock.h"
#include "impl/lock/lock.h"
#include "impl/lock/rlock.h"
#include "impl/platform/sim/exploration_for_test.h"
#include "impl/platform/sim/sim_slot.h"

// The locks that ship, each word operation a scheduling point, in all runs of small programs.
namespace lockstep::impl::sim {
namespace {

// Processes of one thread each, which acquire and release some times.
template <template <class> class LockOf>
class Takers {
 public:
  Takers(int processes, int times, const Settings& settings) : times_(times), world_(settings), bodies_(kThreadsMax) {
    for (int process = 0; process < processes; ++process) {
      bodies_[static_cast<std::size_t>(process)] = {this, process};
      world_.add_thread(process, bodies_[static_cast<std::size_t>(process)]);
    }
    locks_.resize(static_cast<std::size_t>(processes));
  }

  Exploration explore_all(const Bounds& bounds) {
    const auto renew = [this] {
      section_.renew();
      for (auto& lock : locks_) {
        lock = std::make_unique<LockOf<SimPlatform>>(slot_, SimPlatform(world_));
      }
    };
    const auto judge = [this](Result& result) {
      if (result.ending != Ending::kFinished) {
        return;
      }
      const int all = static_cast<int>(locks_.size()) * times_;
      if (section_.passed() != all || slot_.word.peek() != 0 || slot_.sleepers.peek() != 0) {
        result = {.ending = Ending::kFailed, .why = "the lock is not left as it was found"};
      }
    };
    return explore(world_, renew, judge, bounds);
  }

 private:
  struct Body {
    Takers* takers = nullptr;
    int process = 0;
    void operator()() const { takers->take(*takers->locks_[static_cast<std::size_t>(process)]); }
  };

  void take(LockOf<SimPlatform>& lock) {
    for (int i = 0; i < times_; ++i) {
      Acquire got = lock.try_acquire() || lock.spin() ? Acquire::kAcquired : Acquire::kInterrupted;
      while (got == Acquire::kInterrupted) {
        got = lock.wait(kNoDeadline);
        if (got == Acquire::kAcquired) {
          took(lock);
        }
      }
      world_.check(got == Acquire::kAcquired, "acquire without a deadline gave up");
      section_.pass();
      world_.check(lock.release() == Release::kReleased, "release of a lock that was held failed");
    }
  }
  static void took(Lock<SimPlatform>& /*lock*/) {}
  template <class Books>
  static void took(Books& lock) {
    lock.took();
  }

  int times_;
  World world_;
  Slot<SimPlatform> slot_ = make_slot(world_);
  Section section_{world_};
  std::vector<Body> bodies_;
  std::vector<std::unique_ptr<LockOf<SimPlatform>>> locks_;
};

template <class P>
using PlainRLock = RLock<P>;

template <class Kind>
class SimLockKindTest : public ::testing::Test {
 protected:
  static Exploration all(int processes, int times, const Settings& settings = {}, const Bounds& bounds = {}) {
    Exploration found = Kind(processes, times, settings).explore_all(bounds);
    RecordProperty("runs", std::to_string(found.runs));
    return found;
  }
};

using Kinds = ::testing::Types<Takers<Lock>, Takers<CountedLock>, Takers<PlainRLock>>;
TYPED_TEST_SUITE(SimLockKindTest, Kinds);

TYPED_TEST(SimLockKindTest, TwoExcludeEachOtherInEveryRun) {
  const Exploration found = this->all(2, 1);
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
  EXPECT_GT(found.runs, 100U);
}

TYPED_TEST(SimLockKindTest, TwoExcludeEachOtherIfTheySpin) {
  const Exploration found = this->all(2, 1, {.spins = 1});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

TYPED_TEST(SimLockKindTest, TwoExcludeEachOtherIfWakesAreSpurious) {
  const Exploration found = this->all(2, 1, {.spurious_max = 1});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

TYPED_TEST(SimLockKindTest, TwoExcludeEachOtherIfSignalsInterrupt) {
  const Exploration found = this->all(2, 1, {.interrupts_max = 1});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

TYPED_TEST(SimLockKindTest, ThreeExcludeEachOtherThreeTimesWithinTwoPreemptions) {
  const Exploration found = this->all(3, 3, {}, {.preemptions_max = 2, .stale_max = 1});
  EXPECT_TRUE(found.all_finished()) << ::testing::PrintToString(found);
}

}  // namespace
}  // namespace lockstep::impl::sim
