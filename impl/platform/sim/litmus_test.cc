#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "impl/platform/sim/enumerate.h"
#include "impl/platform/sim/sim_word.h"

// The litmus tests of the literature, every execution of each: the outcomes must be exactly those of C++20, but for the
// ones that sim_word.h says are left out. An outcome is what the threads read, a digit each, in the order of r.
// The names and the answers: Batty et al., "Mathematizing C++ concurrency", POPL 2011, and for [intro.races] as it is
// since P0668 and P0982, Lahav et al., "Repairing sequential consistency in C/C++11", PLDI 2017.
namespace lockstep::impl::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
constexpr auto kSequential = std::memory_order_seq_cst;

class LitmusTest : public ::testing::Test {
 protected:
  using Body = std::function<void()>;
  using Outcomes = std::set<std::string>;

  // `last` reads what the words hold in the end.
  Outcomes outcomes(
      std::vector<Body> bodies, const Body& last = [] {}) {
    for (std::size_t thread = 0; thread < bodies.size(); ++thread) {
      world.add_thread(static_cast<int>(thread), bodies[thread]);
    }
    Outcomes found;
    enumerate([&](Chooser& chooser) {
      r = {};
      EXPECT_EQ(world.run(chooser).ending, Ending::kFinished);
      last();
      std::string outcome;
      for (std::size_t i = 0; i < registers; ++i) {
        outcome += std::to_string(r[i]);
      }
      found.insert(outcome);
      return true;
    });
    return found;
  }

  World world;
  SimWord x{world};
  SimWord y{world};
  std::size_t registers = 2;  // How many of r count.
  std::array<std::uint32_t, 4> r{};
};

TEST_F(LitmusTest, StoreBufferingIsSeenWithoutSeqCst) {
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelease), r[0] = y.load(kAcquire); },
                        [&] { y.store(1, kRelease), r[1] = x.load(kAcquire); }}),
              UnorderedElementsAre("00", "01", "10", "11"));
}

TEST_F(LitmusTest, StoreBufferingIsNotSeenWithSeqCst) {
  EXPECT_THAT(outcomes({[&] { x.store(1, kSequential), r[0] = y.load(kSequential); },
                        [&] { y.store(1, kSequential), r[1] = x.load(kSequential); }}),
              UnorderedElementsAre("01", "10", "11"));
}

TEST_F(LitmusTest, AMessageMayArriveBeforeItsDataIfRelaxed) {
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), y.store(1, kRelaxed); },
                        [&] { r[0] = y.load(kRelaxed), r[1] = x.load(kRelaxed); }}),
              UnorderedElementsAre("00", "01", "10", "11"));
}

TEST_F(LitmusTest, AMessageBringsItsDataIfReleasedAndAcquired) {
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), y.store(1, kRelease); },
                        [&] { r[0] = y.load(kAcquire), r[1] = x.load(kRelaxed); }}),
              UnorderedElementsAre("00", "01", "11"));
}

TEST_F(LitmusTest, ReleaseAloneOrAcquireAloneBringsNothing) {
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), y.store(1, kRelease); },
                        [&] { r[0] = y.load(kRelaxed), r[1] = x.load(kRelaxed); }}),
              UnorderedElementsAre("00", "01", "10", "11"));
}

TEST_F(LitmusTest, AcquireAloneBringsNothing) {
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), y.store(1, kRelaxed); },
                        [&] { r[0] = y.load(kAcquire), r[1] = x.load(kRelaxed); }}),
              UnorderedElementsAre("00", "01", "10", "11"));
}

// C++ allows 11 as well; it is left out.
TEST_F(LitmusTest, LoadBufferingIsNotShown) {
  EXPECT_THAT(outcomes({[&] { r[0] = x.load(kRelaxed), y.store(1, kRelaxed); },
                        [&] { r[1] = y.load(kRelaxed), x.store(1, kRelaxed); }}),
              UnorderedElementsAre("00", "01", "10"));
}

TEST_F(LitmusTest, ReadsOfOneWordNeverGoBack) {  // CoRR
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), x.store(2, kRelaxed); },
                        [&] { r[0] = x.load(kRelaxed), r[1] = x.load(kRelaxed); }}),
              UnorderedElementsAre("00", "01", "02", "11", "12", "22"));
}

TEST_F(LitmusTest, ReadersAgreeOnTheOrderOfAWordsStores) {  // CoRR2
  registers = 4;
  const Outcomes found = outcomes({[&] { x.store(1, kRelaxed); }, [&] { x.store(2, kRelaxed); },
                                   [&] { r[0] = x.load(kRelaxed), r[1] = x.load(kRelaxed); },
                                   [&] { r[2] = x.load(kRelaxed), r[3] = x.load(kRelaxed); }});
  EXPECT_EQ(found.count("1221"), 0U);
  EXPECT_EQ(found.count("2112"), 0U);
  EXPECT_EQ(found.count("1212"), 1U);
  EXPECT_EQ(found.count("2121"), 1U);
  // Each reads one of 00, 01, 02, 11, 12, 21 and 22; less the two disagreements.
  EXPECT_EQ(found.size(), 7U * 7U - 2U);
}

TEST_F(LitmusTest, AThreadReadsItsOwnStoreOrALaterOne) {  // CoWR
  registers = 1;
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), r[0] = x.load(kRelaxed); }, [&] { x.store(2, kRelaxed); }}),
              UnorderedElementsAre("1", "2"));
}

TEST_F(LitmusTest, AStoreGoesBehindWhatItsThreadRead) {  // CoRW
  EXPECT_THAT(outcomes({[&] { r[0] = x.load(kRelaxed), x.store(1, kRelaxed); }, [&] { x.store(2, kRelaxed); }},
                       [&] { r[1] = x.peek(); }),
              UnorderedElementsAre("01", "02", "21"));
}

TEST_F(LitmusTest, TwoThreadsMayStoreInOppositeOrders) {  // 2+2W
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), y.store(2, kRelaxed); },
                        [&] { y.store(1, kRelaxed), x.store(2, kRelaxed); }},
                       [&] {
                         r = {x.peek(), y.peek()};
                       }),
              UnorderedElementsAre("11", "12", "21", "22"));
}

TEST_F(LitmusTest, TwoThreadsDoNotStoreInOppositeOrdersWithSeqCst) {
  EXPECT_THAT(outcomes({[&] { x.store(1, kSequential), y.store(2, kSequential); },
                        [&] { y.store(1, kSequential), x.store(2, kSequential); }},
                       [&] {
                         r = {x.peek(), y.peek()};
                       }),
              UnorderedElementsAre("12", "21", "22"));
}

class IndependentReadsTest : public LitmusTest {  // IRIW
 protected:
  Outcomes outcomes_with(std::memory_order store, std::memory_order load) {
    registers = 4;
    return outcomes({[this, store] { x.store(1, store); }, [this, store] { y.store(1, store); },
                     [this, load] { r[0] = x.load(load), r[1] = y.load(load); },
                     [this, load] { r[2] = y.load(load), r[3] = x.load(load); }});
  }
};

TEST_F(IndependentReadsTest, ReadersMayDisagreeOnTwoWords) {
  const Outcomes found = outcomes_with(kRelease, kAcquire);
  EXPECT_EQ(found.count("1010"), 1U);
  EXPECT_EQ(found.size(), 16U);
}

TEST_F(IndependentReadsTest, ReadersAgreeWithSeqCst) {
  const Outcomes found = outcomes_with(kSequential, kSequential);
  EXPECT_EQ(found.count("1010"), 0U);
  EXPECT_EQ(found.size(), 15U);
}

TEST_F(LitmusTest, WhatWasSeenIsHandedOn) {  // WRC
  registers = 3;
  const Outcomes found =
      outcomes({[&] { x.store(1, kRelaxed); }, [&] { r[0] = x.load(kRelaxed), y.store(1, kRelease); },
                [&] { r[1] = y.load(kAcquire), r[2] = x.load(kRelaxed); }});
  EXPECT_EQ(found.count("110"), 0U);
  EXPECT_EQ(found.size(), 7U);
}

TEST_F(LitmusTest, ReadModifyWritesAreAtomic) {
  EXPECT_THAT(outcomes({[&] { r[0] = x.fetch_add(1, kRelaxed); }, [&] { r[1] = x.fetch_add(1, kRelaxed); }}),
              UnorderedElementsAre("01", "10"));
  EXPECT_EQ(x.peek(), 2U);
}

TEST_F(LitmusTest, AStoreDoesNotGoBetweenAReadModifyWriteAndWhatItRead) {
  EXPECT_THAT(
      outcomes({[&] { r[0] = x.fetch_add(1, kRelaxed); }, [&] { x.store(5, kRelaxed); }}, [&] { r[1] = x.peek(); }),
      UnorderedElementsAre("05", "56"));
}

TEST_F(LitmusTest, OneOfTwoCompareExchangesSucceeds) {
  registers = 3;
  const auto swap = [&](std::uint32_t to) {
    std::uint32_t expected = 0;
    return x.compare_exchange_strong(expected, to, kRelaxed, kRelaxed) ? 9 : expected;
  };
  EXPECT_THAT(outcomes({[&] { r[0] = swap(1); }, [&] { r[1] = swap(2); }}, [&] { r[2] = x.peek(); }),
              UnorderedElementsAre("911", "292"));
}

TEST_F(LitmusTest, ACompareExchangeMayFailOnAStoreThatWasReplaced) {
  // As a failure it is a load, and may miss the second store; it can't miss both, because it would have succeeded.
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), x.store(0, kRelaxed), y.store(1, kRelaxed); },
                        [&] {
                          r[0] = y.load(kRelaxed);
                          std::uint32_t expected = 0;
                          r[1] = x.compare_exchange_strong(expected, 7, kRelaxed, kRelaxed) ? 7 : expected;
                        }}),
              UnorderedElementsAre("01", "07", "11", "17"));
}

TEST_F(LitmusTest, ACompareExchangeSeesAReleasedStore) {
  EXPECT_THAT(outcomes({[&] { x.store(1, kRelaxed), x.store(0, kRelaxed), y.store(1, kRelease); },
                        [&] {
                          r[0] = y.load(kAcquire);
                          std::uint32_t expected = 0;
                          r[1] = x.compare_exchange_strong(expected, 7, kRelaxed, kRelaxed) ? 7 : expected;
                        }}),
              UnorderedElementsAre("01", "07", "17"));
}

TEST_F(LitmusTest, ReadModifyWritesGoOnWithAReleaseSequence) {
  const Outcomes found =
      outcomes({[&] { x.store(1, kRelaxed), y.store(1, kRelease); }, [&] { y.fetch_add(1, kRelaxed); },
                [&] { r[0] = y.load(kAcquire), r[1] = x.load(kRelaxed); }});
  EXPECT_THAT(found, UnorderedElementsAre("00", "01", "10", "11", "21"));
}

TEST_F(LitmusTest, AStoreEndsAReleaseSequence) {  // Since C++20, P0982; also by the same thread.
  const Outcomes found = outcomes({[&] { x.store(1, kRelaxed), y.store(1, kRelease), y.store(2, kRelaxed); },
                                   [&] { r[0] = y.load(kAcquire), r[1] = x.load(kRelaxed); }});
  EXPECT_THAT(found, UnorderedElementsAre("00", "01", "11", "20", "21"));
}

TEST(SequentialConsistencyTest, IsWhatRunsShowWithoutWeakMemory) {
  World world({.weak_memory = false});
  SimWord x{world};
  SimWord y{world};
  std::array<std::uint32_t, 2> r{};
  auto one = [&] { x.store(1, kRelaxed), r[0] = y.load(kRelaxed); };
  auto other = [&] { y.store(1, kRelaxed), r[1] = x.load(kRelaxed); };
  world.add_thread(0, one);
  world.add_thread(1, other);
  std::set<std::array<std::uint32_t, 2>> found;
  enumerate([&](Chooser& chooser) {
    world.run(chooser);
    found.insert(r);
    return true;
  });
  EXPECT_THAT(found, ElementsAre(std::array{0U, 1U}, std::array{1U, 0U}, std::array{1U, 1U}));
}

}  // namespace
}  // namespace lockstep::impl::sim
