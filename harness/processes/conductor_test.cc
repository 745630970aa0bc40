#include "harness/processes/conductor.h"

#include <gtest/gtest.h>

#include <memory>

namespace lockstep::processes {
namespace {

// A semaphore of value 1, which party 0 took; party 1 waits for it. What the reports say while it is given back.
class ConductorTest : public ::testing::Test {
 protected:
  ConductorTest() {
    cell_->mode = cell::Mode::kReported;
    cell_->running_script = 1;
    cell_->semaphores[0] = {1, 1, 1, 1, {}};
    cell_->scripts[0].actors = 2;
    cell_->scripts[0].actor_process[1] = 1;
    cell_->parties[cell::party_of(0, 0)].state = cell::State::kIdle;
    waiter().state = cell::State::kBlocked;
    waiter().wait_key = cell::kSemaphoresMax;
    set_value(0);
    reports().acquired = 1;
  }
  ~ConductorTest() override { sem_destroy(&cell_->real_semaphores[0]); }

  void set_value(unsigned value) { sem_init(&cell_->real_semaphores[0], 1, value); }
  cell::Party& waiter() { return cell_->parties[cell::party_of(1, 0)]; }
  cell::Reports::Semaphore& reports() { return cell_->reports.semaphores[0]; }

  std::unique_ptr<cell::Cell> cell_ = std::make_unique<cell::Cell>();
};

TEST_F(ConductorTest, AllAtRestAndEveryPostAccountedForIsQuiet) {
  EXPECT_TRUE(is_quiet(*cell_));
  set_value(1);
  reports().posts = 1;
  waiter().state = cell::State::kIdle;
  EXPECT_TRUE(is_quiet(*cell_));
}

TEST_F(ConductorTest, WhoRunsIsNotQuiet) {
  cell_->reports.running = 1;
  EXPECT_FALSE(is_quiet(*cell_));
}

TEST_F(ConductorTest, AWaiterThatHasNotYetTakenWhatWasPostedIsOnItsWay) {
  reports().posts = 1;
  set_value(1);
  EXPECT_FALSE(is_quiet(*cell_));
}

TEST_F(ConductorTest, AWaiterThatHasTakenItAndNotSaidSoIsOnItsWay) {
  reports().posts = 1;
  EXPECT_FALSE(is_quiet(*cell_));
}

TEST_F(ConductorTest, AWaiterThatHasSaidSoButNotThatItTookItIsOnItsWay) {
  reports().posts = 1;
  cell_->reports.wakes = 1;
  EXPECT_FALSE(is_quiet(*cell_));
}

TEST_F(ConductorTest, AWaiterBackAtRestIsQuiet) {
  reports().posts = 1;
  reports().acquired = 2;
  cell_->reports.wakes = 1;
  waiter().state = cell::State::kIdle;
  EXPECT_TRUE(is_quiet(*cell_));
}

}  // namespace
}  // namespace lockstep::processes
