#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "harness/explore/explore.h"
#include "harness/explore/simulation.h"
#include "harness/judge/explain.h"
#include "harness/script/parse.h"

// Locks with one mistake each in the place of the reference's: exploring must find it, and by the check named.
namespace lockstep::explore {
namespace {

using impl::sim::SimPlatform;

enum class Mistake {
  kNone,
  kForgetsToWake,
  kReleasesInTwoSteps,
  kAcquiresInTwoSteps,
  kReleasesRelaxed,
  kSpins,
  kOddWord,
  kMiscounts
};

template <Mistake kMistake>
class MistakenLock {
 public:
  MistakenLock(impl::Slot<SimPlatform>& slot, SimPlatform platform) : slot_(slot), platform_(platform) {}

  impl::Acquire reenter() { return impl::Acquire::kTimedOut; }

  bool try_acquire() {
    if (kMistake == Mistake::kAcquiresInTwoSteps) {
      return slot_.word.load(std::memory_order_acquire) == kFree &&
             (slot_.word.store(kHeld, std::memory_order_release), true);
    }
    std::uint32_t expected = kFree;
    const std::uint32_t held = kMistake == Mistake::kOddWord ? 7 : kHeld;
    return slot_.word.compare_exchange_strong(expected, held, std::memory_order_acquire, std::memory_order_relaxed);
  }

  impl::Acquire wait(std::int64_t deadline_ns) {
    slot_.sleepers.fetch_add(1, std::memory_order_relaxed);
    impl::Acquire result = impl::Acquire::kAcquired;
    while (result == impl::Acquire::kAcquired && slot_.word.exchange(kContended, std::memory_order_acq_rel) != kFree) {
      if (kMistake != Mistake::kSpins && platform_.wait(slot_.word, kContended, deadline_ns) == impl::Wake::kTimedOut) {
        result = impl::Acquire::kTimedOut;
      }
    }
    if (kMistake != Mistake::kMiscounts || result == impl::Acquire::kAcquired) {
      slot_.sleepers.fetch_sub(1, std::memory_order_relaxed);
    }
    return result;
  }

  void took() {}

  impl::Release release() {
    const std::uint32_t before = free();
    if (before == kContended && kMistake != Mistake::kForgetsToWake) {
      platform_.wake(slot_.word, 1);
    }
    return before == kFree ? impl::Release::kNotHeld : impl::Release::kReleased;
  }

  [[nodiscard]] bool is_free() const { return slot_.word.load(std::memory_order_relaxed) == kFree; }
  [[nodiscard]] std::uint32_t sleepers() const { return slot_.sleepers.load(std::memory_order_relaxed); }
  [[nodiscard]] bool check_invariants() const { return slot_.word.load(std::memory_order_relaxed) <= kContended; }

 private:
  static constexpr std::uint32_t kFree = 0, kHeld = 1, kContended = 2;

  std::uint32_t free() {
    if (kMistake == Mistake::kReleasesInTwoSteps) {
      const std::uint32_t before = slot_.word.load(std::memory_order_acquire);
      slot_.word.store(kFree, std::memory_order_release);
      return before;
    }
    const bool relaxed = kMistake == Mistake::kReleasesRelaxed;
    return slot_.word.exchange(kFree, relaxed ? std::memory_order_acquire : std::memory_order_acq_rel);
  }

  impl::Slot<SimPlatform>& slot_;
  SimPlatform platform_;
};

// What was found first: what is broken, or the clause that the trace leaves; empty if nothing was.
template <Mistake kMistake>
std::string found_in(const std::string& steps, const Bounds& bounds = {}) {
  const model::Script script =
      script::parse("lock L = Lock()\nprocess P: a\nprocess Q: b\nprocess S: c\n" + steps, "test").value();
  Simulation simulation(make_simulated_lock<MistakenLock<kMistake>>);
  judge::Explainer explainer(spec::Options{.edition = {11}, .policies = {}});
  std::string found;
  (void)explore(simulation, script, bounds, [&](const Behaviour& behaviour) {
    found = behaviour.played.broken != nullptr ? behaviour.played.broken
                                               : explainer.explain(script, behaviour.trace()).clause;
    return found.empty() ? Verdict::kGoOn : Verdict::kStop;
  });
  return found;
}

constexpr const char* kTake =
    "race\na: L.acquire()\nb: L.acquire()\na: L.release()\nb: L.release()\nc: L.acquire(timeout=1)\nend\n";
constexpr const char* kTakeBoth = "a: L.acquire()\nrace\nb: L.acquire()\na: L.release()\nend\n";
constexpr const char* kGiveTwice = "a: L.acquire()\nrace\na: L.release()\nb: L.release()\nend\n";
constexpr Bounds kTwo{.preemptions = 2};

TEST(BrokenSimulationTest, NothingIsFoundInACorrectLock) {
  EXPECT_EQ(found_in<Mistake::kNone>(kTake, kTwo), "");
  EXPECT_EQ(found_in<Mistake::kNone>(kGiveTwice), "");
}

TEST(BrokenSimulationTest, AForgottenWakeLeavesTheSpecification) {
  EXPECT_EQ(found_in<Mistake::kForgetsToWake>(kTakeBoth), "lock.acquire.free");
}

TEST(BrokenSimulationTest, AReleaseInTwoStepsSucceedsTwice) {
  EXPECT_EQ(found_in<Mistake::kReleasesInTwoSteps>(kGiveTwice), "lock.release.unlocked");
}

TEST(BrokenSimulationTest, AnAcquisitionInTwoStepsBreaksMutualExclusion) {
  EXPECT_EQ(found_in<Mistake::kAcquiresInTwoSteps>(kTake, kTwo), "mutual exclusion is broken: two hold the lock");
}

TEST(BrokenSimulationTest, ARelaxedReleaseIsADataRace) {
  EXPECT_EQ(found_in<Mistake::kReleasesRelaxed>(kTake, kTwo), "a read that no write happens before");
}

TEST(BrokenSimulationTest, AWaitThatSpinsForEverDoesNotEnd) {
  EXPECT_EQ(found_in<Mistake::kSpins>("a: L.acquire()\nb: L.acquire()\n"), "a call neither returns nor sleeps");
}

TEST(BrokenSimulationTest, AWordThatHoldsWhatNoneMayHoldIsSeenAtTheEnd) {
  EXPECT_EQ(found_in<Mistake::kOddWord>("a: L.acquire()\n"), "the lock's words contradict each other");
}

TEST(BrokenSimulationTest, ATimeoutThatStaysInTheBooksIsSeenAtTheEnd) {
  EXPECT_EQ(found_in<Mistake::kMiscounts>("a: L.acquire()\nb: L.acquire(timeout=1)\npause 2\n"),
            "the lock miscounts who waits for it");
}

// Chance finds them as well, and the same seed finds the same.
TEST(BrokenSimulationTest, RandomSchedulesFindThem) {
  for (const Strategy strategy : {Strategy::kRandom, Strategy::kPct}) {
    const Bounds bounds{.strategy = strategy, .schedules_max = 2000};
    EXPECT_NE(found_in<Mistake::kForgetsToWake>(kTake, bounds), "");
    EXPECT_NE(found_in<Mistake::kReleasesInTwoSteps>(kGiveTwice, bounds), "");
    EXPECT_NE(found_in<Mistake::kAcquiresInTwoSteps>(kTake, bounds), "");
    EXPECT_NE(found_in<Mistake::kReleasesRelaxed>(kTake, bounds), "");
  }
}

}  // namespace
}  // namespace lockstep::explore
