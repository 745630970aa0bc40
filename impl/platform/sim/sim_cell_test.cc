#include "impl/platform/sim/sim_cell.h"

#include <gtest/gtest.h>

#include "impl/platform/sim/enumerate.h"
#include "impl/platform/sim/sim_word.h"

namespace lockstep::impl::sim {
namespace {

// How many of all runs end as a race.
std::uint64_t races(World& world) {
  std::uint64_t found = 0;
  enumerate([&](Chooser& chooser) {
    found += world.run(chooser).ending == Ending::kRace ? 1 : 0;
    return true;
  });
  return found;
}

TEST(SimCellTest, UnorderedAccessesAreARaceHoweverTheyHappen) {
  World world;
  SimWord word(world);
  SimCell<int> cell(world);
  auto store = std::memory_order_relaxed;
  auto load = std::memory_order_relaxed;
  auto write = [&] {
    cell.write(1);
    word.store(1, store);
  };
  auto read = [&] {
    if (word.load(load) == 1) {
      world.check(cell.read() == 1, "a stale read");
    }
  };
  world.add_thread(0, write);
  world.add_thread(1, read);
  EXPECT_GT(races(world), 0U);
  store = std::memory_order_release;
  EXPECT_GT(races(world), 0U);
  load = std::memory_order_acquire;
  EXPECT_EQ(races(world), 0U);
}

TEST(SimCellTest, TwoReadsAreNoRaceAndAWriteAfterThemIs) {
  World world;
  SimCell<int> cell(world);
  auto read = [&] { static_cast<void>(cell.read()); };
  auto write = [&] { cell.write(1); };
  world.add_thread(0, read);
  world.add_thread(1, read);
  EXPECT_EQ(races(world), 0U);
  world.add_thread(2, write);
  EXPECT_EQ(enumerate([&](Chooser& chooser) { return world.run(chooser).ending == Ending::kRace; }), 6U);
}

}  // namespace
}  // namespace lockstep::impl::sim
