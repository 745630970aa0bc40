#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "harness/cell/record.h"
#include "harness/cell/scheduler.h"

// What tests of the scheduler share: a cell whose actors use semaphore 0, played by the one thread of the test.
namespace lockstep::cell {

enum Shape : std::uint16_t { kAcquire, kAcquireHalfSecond, kRelease };

class CellTest : public ::testing::Test {
 protected:
  CellTest() {
    cell_->semaphores[0] = {1, 1, 1, 1, {}};
    cell_->semaphores_used = 1;
  }

  static Step call(std::uint8_t actor, Shape shape) { return {model::StepKind::kCall, actor, 0, 0, 0, 0, shape, 0}; }

  // The one script of the next batch. Actor i is the main thread of process i, or thread i of process 0.
  Script& load(std::uint8_t actors, const std::vector<Step>& steps, const std::vector<std::uint8_t>& pinned,
               bool threads) {
    Script& script = cell_->scripts[0];
    script = {};
    script.steps = static_cast<std::uint32_t>(steps.size());
    script.actors = actors;
    for (std::uint8_t actor = 0; actor < actors; ++actor) {
      script.actor_process[actor] = threads ? 0 : actor;
      script.actor_thread[actor] = threads ? actor : 0;
    }
    std::copy(steps.begin(), steps.end(), cell_->steps);
    std::copy(pinned.begin(), pinned.end(), cell_->pinned);
    script.pinned = static_cast<std::uint32_t>(pinned.size());
    cell_->scripts_loaded = 1;
    return script;
  }

  void run() {
    begin_batch(*cell_);
    for (;;) {
      const int party = next(*cell_);
      if (party != kCoordinator) {
        move(party);
        continue;
      }
      switch (cell_->request) {
        case Request::kActorsNeeded:
          for (int each = 0; each < kHostParty; ++each) {
            cell_->parties[each].state = State::kIdle;
          }
          std::fill_n(cell_->dirty, kProcessesMax, 0);
          break;
        case Request::kKill:
          finish_process(*cell_, static_cast<int>(cell_->request_process));
          record(*cell_, EventKind::kDone, cell_->request_step, -1, model::OutcomeKind::kNone);
          break;
        default:
          ASSERT_EQ(cell_->request, Request::kBatchDone);
          return;
      }
      cell_->request = Request::kNone;
    }
  }

  // The party goes on with its call: to a scheduling point, a wait, or its end.
  virtual void move(int party) = 0;

  void wait(int party) {
    const bool timed = cell_->parties[party].command.shape == kAcquireHalfSecond;
    begin_wait(*cell_, party, 0, timed ? wall_ns(*cell_) + 500'000'000 : kNever, true);
  }

  void finish(int party, model::OutcomeKind outcome) {
    cell_->parties[party].outcome = outcome;
    finish_call(*cell_, party);
  }

  std::unique_ptr<Cell> cell_ = std::make_unique<Cell>();
};

}  // namespace lockstep::cell
