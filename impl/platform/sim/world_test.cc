#include "impl/platform/sim/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/platform/deadline.h"
#include "impl/platform/sim/exploration_for_test.h"
#include "impl/platform/sim/sim_platform.h"

namespace lockstep::impl::sim {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// Keeps the questions of a run, and always answers 0.
class PlainChooser final : public Chooser {
 public:
  struct Asked {
    Decision::Kind kind;
    bool goes_on;
    std::vector<Option> options;
  };

  [[nodiscard]] std::uint32_t choose(const Decision& decision) override {
    asked.push_back({decision.kind, decision.goes_on, {decision.options.begin(), decision.options.end()}});
    return 0;
  }
  [[nodiscard]] bool was_asked(Option::What what) const {
    return std::any_of(asked.begin(), asked.end(), [what](const Asked& question) {
      return std::any_of(question.options.begin(), question.options.end(),
                         [what](const Option& option) { return option.what == what; });
    });
  }

  std::vector<Asked> asked;
};

class WorldTest : public ::testing::Test {
 protected:
  World world;
  SimPlatform platform{world};
  SimWord word{world};
  PlainChooser plain;
};

TEST_F(WorldTest, ThePlainestRunIsOneThreadAfterTheOther) {
  std::string order;
  auto body = [&] {
    order += std::to_string(world.running());
    word.fetch_add(1, kRelaxed);
    order += std::to_string(world.running());
  };
  for (int i = 0; i < 3; ++i) {
    world.add_thread(i, body);
  }
  const Result result = world.run(plain);
  EXPECT_EQ(order, "001122");
  EXPECT_EQ(result.ending, Ending::kFinished);
  EXPECT_EQ(result.preemptions, 0U);
  EXPECT_EQ(word.peek(), 3U);
}

TEST_F(WorldTest, SleepersWakeFirstInFirstOut) {
  std::string order;
  auto sleep = [&] {
    EXPECT_EQ(platform.wait(word, 0, kNoDeadline), Wake::kNotified);
    order += std::to_string(world.running());
  };
  auto wake = [&] {
    EXPECT_EQ(platform.wake(word, 1), 1);
    EXPECT_EQ(platform.wake(word, 5), 2);
    EXPECT_EQ(platform.wake(word, 1), 0);
  };
  for (int i = 0; i < 3; ++i) {
    world.add_thread(i, sleep);
  }
  world.add_thread(3, wake);
  EXPECT_EQ(world.run(plain).ending, Ending::kFinished);
  EXPECT_EQ(order, "012");
}

TEST_F(WorldTest, ADeadlockSaysWhoSleepsAndWhere) {
  auto sleep = [&] { static_cast<void>(platform.wait(word, 0, kNoDeadline)); };
  auto finish = [&] { word.store(0, kRelaxed); };
  world.add_thread(0, finish);
  world.add_thread(4, sleep);
  EXPECT_EQ(world.run(plain).ending, Ending::kDeadlock);
  EXPECT_EQ(world.describe(), "thread 1 of process 4 sleeps on word 0");
  EXPECT_EQ(world.state(0), World::State::kFinished);
  EXPECT_EQ(world.state(1), World::State::kAsleep);
  EXPECT_EQ(world.asleep_on(1), &word);
}

TEST_F(WorldTest, AWaitForAnotherValueDoesNotSleep) {
  auto wait = [&] { EXPECT_EQ(platform.wait(word, 1, kNoDeadline), Wake::kNotified); };
  world.add_thread(0, wait);
  EXPECT_EQ(world.run(plain).ending, Ending::kFinished);
}

TEST_F(WorldTest, TimePassesWhenAllSleep) {
  const std::int64_t start_ns = world.now_ns();
  auto wait = [&] { EXPECT_EQ(platform.wait(word, 0, start_ns + 7), Wake::kTimedOut); };
  auto longer = [&] { EXPECT_EQ(platform.wait(word, 0, start_ns + 9), Wake::kTimedOut); };
  world.add_thread(0, longer);
  world.add_thread(1, wait);
  EXPECT_EQ(world.run(plain).ending, Ending::kFinished);
  EXPECT_EQ(world.now_ns(), start_ns + 9);
  EXPECT_TRUE(plain.asked.size() == 1 || plain.was_asked(Option::What::kExpire));
}

TEST_F(WorldTest, ARunThatGoesOnForEverIsCutOff) {
  auto spin = [&] {
    while (word.load(kRelaxed) == 0) {
    }
  };
  world.add_thread(0, spin);
  const Result result = world.run(plain);
  EXPECT_EQ(result.ending, Ending::kBudget);
  EXPECT_EQ(result.steps, world.settings().steps_max + 1);
  EXPECT_EQ(world.describe(), "thread 0 of process 0 could go on");
}

TEST_F(WorldTest, AFailedCheckEndsTheRun) {
  auto fail = [&] {
    world.check(true, "fine");
    world.check(false, "because");
    ADD_FAILURE() << "went on";
  };
  world.add_thread(0, fail);
  const Result result = world.run(plain);
  EXPECT_EQ(result.ending, Ending::kFailed);
  EXPECT_STREQ(result.why, "because");
}

TEST_F(WorldTest, RunsDoNotSeeEachOther) {
  SimCell<int> cell(world, 3);
  auto body = [&] {
    EXPECT_EQ(word.fetch_add(1, kRelaxed), 0U);
    EXPECT_EQ(cell.read(), 3);
    cell.write(4);
    static_cast<void>(platform.wait(word, 1, kNoDeadline));
  };
  world.add_thread(0, body);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.run(plain).ending, Ending::kDeadlock);
    EXPECT_EQ(cell.peek(), 4);
  }
}

TEST_F(WorldTest, TheSameAnswersGiveTheSameRun) {
  std::vector<std::uint32_t> seen;
  auto body = [&] {
    word.store(static_cast<std::uint32_t>(world.running()) + 1, kRelaxed);
    seen.push_back(word.load(kRelaxed));
    seen.push_back(static_cast<std::uint32_t>(world.running()));
  };
  for (int i = 0; i < 3; ++i) {
    world.add_thread(i, body);
  }
  std::uint64_t runs = 0;
  Enumerator chooser({.preemptions_max = 2});
  do {
    seen.clear();
    const Result first = world.run(chooser);
    const auto expected = seen;
    seen.clear();
    ReplayChooser replay(chooser.choices());
    const Result second = world.run(replay);
    ASSERT_EQ(seen, expected);
    ASSERT_EQ(first.steps, second.steps);
    ++runs;
  } while (chooser.next());
  EXPECT_GT(runs, 100U);
}

TEST_F(WorldTest, AnythingElseIsOnlyOfferedWhenAskedFor) {
  auto wait = [&] { static_cast<void>(platform.wait(word, 0, kNoDeadline)); };
  auto wake = [&] { platform.wake(word, 1); };
  world.add_thread(0, wait);
  world.add_thread(1, wake);
  world.run(plain);
  for (const auto what : {Option::What::kSpurious, Option::What::kInterrupt, Option::What::kKill,
                          Option::What::kClockStep, Option::What::kExpire}) {
    EXPECT_FALSE(plain.was_asked(what));
  }
  World eventful({.kills_max = 1, .spurious_max = 1, .interrupts_max = 1, .clock_steps_max = 1});
  SimWord other(eventful);
  const SimPlatform machine(eventful);
  auto sleep = [&] { static_cast<void>(machine.wait(other, 0, kNoDeadline)); };
  auto rouse = [&] { machine.wake(other, 1); };
  eventful.add_thread(0, sleep);
  eventful.add_thread(1, rouse);
  EXPECT_EQ(eventful.run(plain).ending, Ending::kFinished);
  for (const auto what :
       {Option::What::kSpurious, Option::What::kInterrupt, Option::What::kKill, Option::What::kClockStep}) {
    EXPECT_TRUE(plain.was_asked(what));
  }
}

TEST(SimKernelTest, ADeathWakesASleeperOfItsPendingWordIfThatIsZero) {
  for (const std::uint32_t value : {0U, 1U}) {
    World world({.kills_max = 1});
    const SimPlatform platform(world);
    SimWord word(world, value);
    auto sleep = [&] { static_cast<void>(platform.wait(word, value, kNoDeadline)); };
    auto die = [&] {
      const SimPlatform::Pending pending(platform, word);
      world.step();
      world.step();
    };
    world.add_thread(0, sleep);
    world.add_thread(1, die);
    bool killed = false;
    bool woken_by_death = false;
    enumerate([&](Chooser& chooser) {
      world.run(chooser);
      killed |= world.state(1) == World::State::kDead;
      woken_by_death |= world.state(1) == World::State::kDead && world.state(0) == World::State::kFinished;
      return true;
    });
    EXPECT_TRUE(killed);
    EXPECT_EQ(woken_by_death, value == 0);
  }
}

TEST_F(WorldTest, IdentitiesDifferAndProcessesRunOnProcessors) {
  World two({.processors = 2});
  const SimPlatform machine(two);
  std::vector<Identity> identities;
  std::vector<std::uint32_t> places;
  auto body = [&] {
    identities.push_back(machine.self());
    for (const std::uint32_t place : places) {
      EXPECT_EQ(machine.beside_me(place), (places.size() == 2) && place == places[0]);
    }
    places.push_back(machine.here());
    EXPECT_FALSE(machine.beside_me(places.back()));
    EXPECT_FALSE(machine.beside_me(0));
  };
  for (int process = 0; process < 3; ++process) {
    two.add_thread(process, body);
  }
  two.run(plain);
  ASSERT_EQ(identities.size(), 3U);
  EXPECT_FALSE(identities[0] == identities[1] || identities[1] == identities[2]);
}

TEST_F(WorldTest, HasRoomForEightThreadsAndSixteenWords) {
  auto body = [] {};
  for (std::size_t i = 0; i < kThreadsMax; ++i) {
    world.add_thread(0, body);
  }
  EXPECT_THROW(world.add_thread(0, body), std::length_error);
  std::vector<std::unique_ptr<SimWord>> words;
  for (std::size_t i = 1; i < kWordsMax; ++i) {
    words.push_back(std::make_unique<SimWord>(world));
  }
  EXPECT_THROW(SimWord{world}, std::length_error);
  words.pop_back();
  EXPECT_NO_THROW(SimWord{world});
}

}  // namespace
}  // namespace lockstep::impl::sim
