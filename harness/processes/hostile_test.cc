#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/cell/hand_over.h"
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

// The host's part in starting an actor: the first, who lives as told.
void start(cell::Cell& cell, const std::function<void()>& live) {
  const pid_t child = fork();
  if (child == 0) {
    live();
    _exit(0);
  }
  cell.parties[0].pid = child;
  cell.parties[0].state = cell::State::kIdle;
}

const char* const kScript = "lock     L = Lock()\nprocess  P: a\n\na: L.acquire()\n";

// A host that is ready and then does `deed`, each time when the baton is there.
Launch launch_of(const std::function<void(cell::Cell&)>& deed) {
  Launch hostile;
  hostile.module = "hostile";
  hostile.look_ns = 100'000;
  hostile.host = [deed] {
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
  return hostile;
}

// What replaying the script comes to with that host.
std::string replayed_with(const std::function<void(cell::Cell&)>& deed) {
  const model::Script script = parsed(kScript);
  try {
    VirtualCarrier carrier(launch_of(deed), 0);
    (void)replay(carrier, script);
  } catch (const replay::AdapterError& error) {
    return error.what();
  }
  return "a trace";
}

TEST(HostileTest, ARequestForAProcessThatThereIsNotIsRefused) {
  const std::string reason = replayed_with([](cell::Cell& cell) {
    start(cell, [&cell] {
      base::take(cell.parties[0].go);
      cell.request = cell::Request::kKill;
      cell.request_process = 77;
      base::give(cell.parties[cell::kCoordinator].go);
      pause();
    });
  });
  EXPECT_NE(reason.find("request_process"), std::string::npos) << reason;
}

TEST(HostileTest, ActorsThatAreNeverReadyAreGivenUp) {
  const std::string reason = replayed_with([](cell::Cell& cell) { cell.parties[0].state = cell::State::kWoken; });
  EXPECT_NE(reason.find("never ready"), std::string::npos) << reason;
}

// While it starts the first actor, it says that there are many more.
TEST(HostileTest, AScriptThatChangesWhileItsActorsAreStartedIsRefused) {
  const std::string reason = replayed_with([](cell::Cell& cell) {
    cell.scripts[0].actors = 200;
    std::memset(cell.scripts[0].actor_process, 255, sizeof cell.scripts[0].actor_process);
    start(cell, pause);
  });
  EXPECT_NE(reason.find("written over: actors"), std::string::npos) << reason;
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

// No fault of theirs, but more texts than a batch has room for.
TEST(HostileTest, ActorsWhoseEveryCallComesToAnotherTextArePlayed) {
  Launch talkative = launch_of([](cell::Cell& cell) {
    start(cell, [&cell] {
      cell::Party& me = cell.parties[0];
      base::take(me.go);
      for (int calls = 0;; ++calls) {
        me.outcome = model::OutcomeKind::kValue;
        std::snprintf(me.text, sizeof me.text, "%d", calls);
        cell::finish_call(cell, 0);
        cell::hand_over(cell, 0);
      }
    });
  });
  talkative.look_ns = Launch().look_ns;
  VirtualCarrier carrier(talkative, 0);
  std::string text = kScript;
  for (int more = 0; more < 19; ++more) {
    text += "a: L.acquire()\n";
  }
  const model::Script script = parsed(text);
  const std::vector<replay::Item> items(3 * cell::kTextsMax / 20, {&script});
  int calls = 0;
  for (const trace::Trace& trace : carrier.replay(items)) {
    for (const trace::Event& event : trace.events) {
      if (event.kind == trace::EventKind::kReturned) {
        ASSERT_EQ(event.outcome.text, std::to_string(calls++));
      }
    }
  }
  EXPECT_EQ(calls, 20 * static_cast<int>(items.size()));
}

TEST(HostileTest, ABatonForNothingIsRefused) {
  const std::string reason = replayed_with([](cell::Cell& cell) {
    start(cell, [&cell] {
      base::take(cell.parties[0].go);
      base::give(cell.parties[cell::kCoordinator].go);
      pause();
    });
  });
  EXPECT_NE(reason.find("not next"), std::string::npos) << reason;
}

TEST(HostileTest, ABatonOfNoMeaningIsRefused) {
  const std::string reason = replayed_with([](cell::Cell& cell) {
    start(cell, [&cell] {
      base::take(cell.parties[0].go);
      cell.parties[cell::kCoordinator].go = 77;
      pause();
    });
  });
  EXPECT_NE(reason.find("not next"), std::string::npos) << reason;
}

TEST(HostileTest, AFailureWithoutEndIsCutOff) {
  const std::string reason = replayed_with([](cell::Cell& cell) {
    std::memset(cell.failure, 'x', sizeof cell.failure);
    cell.request = cell::Request::kAdapterFailed;
  });
  EXPECT_NE(reason.find(std::string(sizeof(cell::Cell::failure), 'x')), std::string::npos) << reason;
  EXPECT_LT(reason.size(), 2 * sizeof(cell::Cell::failure));
}

TEST(OutputTest, IsKeptUpToSomeMegabytes) {
  HostProcess host;
  host.output = base::FileDescriptor(memfd_create("output", MFD_CLOEXEC));
  fcntl(host.output.get(), F_SETFL, O_APPEND);
  const std::string line = std::string(1 << 20, 'x') + "\n";
  for (int lines = 0; lines < 8; ++lines) {
    ASSERT_EQ(write(host.output.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }
  trim_output(host);
  EXPECT_EQ(last_output(host, 3), "xx");
  for (int lines = 0; lines < 16; ++lines) {
    ASSERT_EQ(write(host.output.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }
  trim_output(host);
  EXPECT_EQ(last_output(host), "");
}

// What was written after the script was over.
class UnpackingTest : public ::testing::Test {
 protected:
  UnpackingTest() {
    const replay::Item item{&script_};
    packer_.pack(std::span(&item, 1));
    cell_->scripts[0].events = 3;
    cell_->events[0] = {cell::EventKind::kInvoked, 0, 0, 0, 0};
    cell_->events[1] = {cell::EventKind::kReturned, 0, 0, 0, 0};
    cell_->events[2] = {cell::EventKind::kEnded, -1, -1, 0, 0};
  }

  void expect_refused() { EXPECT_THROW((void)packer_.unpack(0), replay::AdapterError); }

  model::Script script_ = parsed(kScript);
  std::unique_ptr<cell::Cell> cell_ = std::make_unique<cell::Cell>();
  Packer packer_{*cell_};
};

TEST_F(UnpackingTest, ASoundTraceIsUnpacked) { EXPECT_EQ(packer_.unpack(0).events.size(), 3U); }

TEST_F(UnpackingTest, EventsThatNoScriptHasInThisOrderAreRefused) {
  const cell::Event invoked = cell_->events[0], returned = cell_->events[1], ended = cell_->events[2];
  const cell::Event blocked = {cell::EventKind::kBlocked, 0, 0, 0, 0};
  const cell::Event done = {cell::EventKind::kDone, 0, 0, 0, 0};
  const cell::Event late = {cell::EventKind::kReturned, 0, 0, 0, -1};
  const std::vector<std::vector<cell::Event>> wrong = {
      {},
      {ended, ended},
      {returned, ended},
      {blocked, ended},
      {done, ended},
      {invoked, returned},
      {invoked, invoked, ended},
      {invoked, returned, blocked, ended},
      {invoked, returned, returned, ended},
      {invoked, late, ended},
  };
  for (const std::vector<cell::Event>& events : wrong) {
    std::copy(events.begin(), events.end(), cell_->events);
    cell_->scripts[0].events = static_cast<std::uint32_t>(events.size());
    expect_refused();
  }
}

TEST_F(UnpackingTest, WhatAnEarlierBatchLeftIsNoTrace) {
  const replay::Item item{&script_};
  packer_.pack(std::span(&item, 1));
  expect_refused();
}

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
  cell_->events[1].outcome = cell::kFirstText - 1;
  expect_refused();
  cell_->events[1].outcome = UINT32_MAX;
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
