#include "impl/platform/sim/director.h"

#include <gtest/gtest.h>

#include <string>

#include "impl/platform/deadline.h"
#include "impl/platform/sim/enumerate.h"
#include "impl/platform/sim/sim_cell.h"
#include "impl/platform/sim/sim_word.h"
#include "impl/platform/sim/world.h"

namespace lockstep::impl::sim {
namespace {

// Two threads, each of which writes a cell and sleeps until a deadline; resumed one after the other, or together.
class Sleepers : public Director {
 public:
  explicit Sleepers(bool together) : together_(together) {
    world_.add_thread(0, body_);
    world_.add_thread(1, body_);
    world_.set_director(*this);
  }

  void direct() override {
    told = "";
    world_.resume(0);
    if (!together_) {
      world_.let_run(World::Pace::kInTurn);
    }
    world_.resume(1);
    world_.let_run(together_ ? World::Pace::kRace : World::Pace::kInTurn);
    told += "quiet ";
    while (world_.pass_time(world_.now_ns() + 100)) {
      world_.let_run(World::Pace::kInTurn);
    }
  }
  void falls_asleep(int thread) override { told += std::to_string(thread) + " sleeps "; }

  World world_;
  SimWord word_{world_};
  SimCell<int> cell_{world_};
  bool together_;
  std::string told;
  struct Body {
    Sleepers* sleepers;
    void operator()() const { sleepers->sleep(); }
  } body_{this};

 private:
  void sleep() {
    for (;;) {
      const int thread = world_.running();
      cell_.write(cell_.read() + 1);
      (void)world_.sleep(word_, 0, world_.now_ns() + 10 - thread);
      told += std::to_string(thread) + " wakes ";
      world_.rest();
    }
  }
};

TEST(DirectorTest, ThreadsRunInTurnAndTimePassesAsItSays) {
  Sleepers sleepers(false);
  Enumerator chooser;
  EXPECT_EQ(sleepers.world_.run(chooser).ending, Ending::kFinished);
  EXPECT_EQ(sleepers.told, "0 sleeps 1 sleeps quiet 1 wakes 0 wakes ");
  EXPECT_FALSE(chooser.next());  // Nothing was to be chosen.
}

TEST(DirectorTest, WhatHappenedBeforeTheDirectorResumesAThreadIsOrdered) {
  Sleepers sleepers(false);
  Enumerator chooser;
  EXPECT_EQ(sleepers.world_.run(chooser).ending, Ending::kFinished);
  EXPECT_EQ(sleepers.cell_.peek(), 2);
}

TEST(DirectorTest, NothingOrdersThoseThatItResumesTogether) {
  Sleepers sleepers(true);
  Enumerator chooser;
  EXPECT_EQ(sleepers.world_.run(chooser).ending, Ending::kRace);
}

}  // namespace
}  // namespace lockstep::impl::sim
