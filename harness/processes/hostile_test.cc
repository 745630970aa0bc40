#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>

#include <sys/wait.h>
#include <unistd.h>

#include "harness/cell/record.h"
#include "harness/cell/region.h"
#include "harness/cell/scheduler.h"
#include "harness/processes/packing.h"
#include "harness/processes/process_tree.h"
#include "harness/processes/test_replay.h"
#include "harness/processes/virtual_carrier.h"

// Processes that break the protocol are told apart from locks that are wrong: AdapterError says why.
namespace lockstep::processes {
namespace {

const char* const kScript = "lock     L = Lock()\nprocess  P: a\n\na: L.acquire()\n";

// What replaying the script comes to if the host is ready and then does `deed`, each time when the baton is there.
std::string replayed_with(const std::function<void(cell::Cell&)>& deed) {
  Launch hostile;
  hostile.module = "hostile";
  hostile.look_ns = 100'000;
  hostile.host = [&] {
    auto& cell = *reinterpret_cast<cell::Cell*>(cell::kFirstAddress);
    cell::Party& me = cell.parties[cell::kHostParty];
    for (me.pid = getpid(), me.tid = getpid();;) {
      me.state = cell::State::kIdle;
      base::give(cell.parties[cell::kCoordinator].go);
      base::take(me.go);
      if (me.command.kind == cell::CommandKind::kExit) {
        _exit(0);
      }
      deed(cell);
    }
  };
  const model::Script script = parsed(kScript);
  try {
    VirtualCarrier carrier(hostile, 0);
    (void)replay(carrier, script);
  } catch (const replay::AdapterError& error) {
    return error.what();
  }
  return "a trace";
}

TEST(HostileTest, ARequestForAProcessThatThereIsNotIsRefused) {
  const std::string reason = replayed_with([](cell::Cell& cell) {
    cell.parties[0].pid = fork();
    if (cell.parties[0].pid == 0) {
      base::take(cell.parties[0].go);
      cell.request = cell::Request::kKill;
      cell.request_process = 77;
      base::give(cell.parties[cell::kCoordinator].go);
      pause();
    }
    cell.parties[0].state = cell::State::kIdle;
  });
  EXPECT_NE(reason.find("request_process"), std::string::npos) << reason;
}

TEST(HostileTest, ActorsThatAreNeverReadyAreGivenUp) {
  const std::string reason = replayed_with([](cell::Cell& cell) { cell.parties[0].state = cell::State::kWoken; });
  EXPECT_NE(reason.find("never ready"), std::string::npos) << reason;
}

TEST(HostileTest, AHostThatNeverDoesWhatItIsToldIsGivenUp) {
  const std::string reason = replayed_with([](cell::Cell& cell) {
    for (;;) {
      cell.parties[cell::kHostParty].state = cell::State::kRunning;
      base::give(cell.parties[cell::kCoordinator].go);
    }
  });
  EXPECT_NE(reason.find("hostile"), std::string::npos) << reason;
}

TEST(HostileTest, AFailureWithoutEndIsCutOff) {
  const std::string reason = replayed_with([](cell::Cell& cell) {
    std::memset(cell.failure, 'x', sizeof cell.failure);
    cell.request = cell::Request::kAdapterFailed;
  });
  EXPECT_NE(reason.find(std::string(sizeof(cell::Cell::failure), 'x')), std::string::npos) << reason;
  EXPECT_LT(reason.size(), 2 * sizeof(cell::Cell::failure));
}

// What was written after the script was over.
class UnpackingTest : public ::testing::Test {
 protected:
  UnpackingTest() {
    const replay::Item item{&script_};
    packer_.pack(std::span(&item, 1));
    cell_->scripts[0].events = 1;
    cell_->events[0] = {cell::EventKind::kInvoked, 0, 0, 0, 0};
  }

  void expect_refused() { EXPECT_THROW((void)packer_.unpack(0), replay::AdapterError); }

  model::Script script_ = parsed(kScript);
  std::unique_ptr<cell::Cell> cell_ = std::make_unique<cell::Cell>();
  Packer packer_{*cell_};
};

TEST_F(UnpackingTest, ASoundTraceIsUnpacked) { EXPECT_EQ(packer_.unpack(0).events.size(), 1U); }

TEST_F(UnpackingTest, EventsOutsideTheCellAreRefused) {
  cell_->scripts[0].first_event = UINT32_MAX;
  expect_refused();
}

TEST_F(UnpackingTest, ChoicesOutsideTheCellAreRefused) {
  cell_->scripts[0].choices = UINT32_MAX;
  expect_refused();
  EXPECT_THROW((void)packer_.played(0), replay::AdapterError);
}

TEST_F(UnpackingTest, AnActorOrStepThatThereIsNotIsRefused) {
  cell_->events[0].actor = 1;
  expect_refused();
  cell_->events[0].actor = 0;
  cell_->events[0].step = -2;
  expect_refused();
}

TEST_F(UnpackingTest, AnOutcomeOrTextThatThereIsNotIsRefused) {
  cell_->events[0].outcome = cell::kFirstText - 1;
  expect_refused();
  cell_->events[0].outcome = UINT32_MAX;
  expect_refused();
}

TEST(IsBelowTest, OnlyDescendantsAre) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    pause();
    _exit(0);
  }
  EXPECT_TRUE(is_below(child, getpid()));
  EXPECT_FALSE(is_below(child, child));
  EXPECT_FALSE(is_below(getpid(), getpid()));
  EXPECT_FALSE(is_below(getppid(), getpid()));
  for (const pid_t nobody : {-1, 0, 1}) {
    EXPECT_FALSE(is_below(nobody, getpid())) << nobody;
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace lockstep::processes
