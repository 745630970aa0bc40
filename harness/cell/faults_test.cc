#include "harness/cell/faults.h"

#include <cstring>
#include <functional>
#include <string>

#include "harness/cell/test_cell.h"

// Whoever gets the baton after a process that wrote over the cell gives up, with the field's name.
namespace lockstep::cell {
namespace {

struct Damage {
  const char* field;
  std::function<void(Cell&)> write;
};

class FaultsTest : public CellTest, public ::testing::WithParamInterface<Damage> {
 protected:
  // Two actors of one process race for the semaphore; the second is at its first scheduling point.
  void begin() {
    load(2,
         {{model::StepKind::kRace, 0, 0, 0, 0, 0, 0, 0},
          call(0, kAcquire),
          call(1, kAcquire),
          {model::StepKind::kEnd, 0, 0, 0, 0, 0, 0, 0}},
         {}, false);
    begin_batch(*cell_);
    for (int party = 0; party < kHostParty; ++party) {
      cell_->parties[party].state = State::kIdle;
    }
    const int party = next(*cell_);
    ASSERT_NE(party, kCoordinator) << cell_->failure;
    cell_->parties[party].state = State::kPoint;
  }

  void move(int) override {}
};

TEST_P(FaultsTest, IsRefusedByName) {
  begin();
  GetParam().write(*cell_);
  EXPECT_EQ(next(*cell_), kCoordinator);
  EXPECT_EQ(cell_->request, Request::kAdapterFailed);
  EXPECT_NE(std::string(cell_->failure).find(GetParam().field), std::string::npos) << cell_->failure;
}

INSTANTIATE_TEST_SUITE_P(
    Fields, FaultsTest,
    ::testing::Values(Damage{"current", [](Cell& cell) { cell.current = 1000; }},
                      Damage{"current", [](Cell& cell) { cell.scripts_loaded = kScriptsMax + 1; }},
                      Damage{"running_script", [](Cell& cell) { cell.current = cell.scripts_loaded; }},
                      Damage{"actors", [](Cell& cell) { cell.scripts[0].actors = 255; }},
                      Damage{"steps", [](Cell& cell) { cell.scripts[0].steps = UINT32_MAX; }},
                      Damage{"steps", [](Cell& cell) { cell.scripts[0].first_step = kStepsMax; }},
                      Damage{"pinned", [](Cell& cell) { cell.scripts[0].first_pinned = UINT32_MAX; }},
                      Damage{"actor_process", [](Cell& cell) { cell.scripts[0].actor_process[1] = 8; }},
                      Damage{"actor_process", [](Cell& cell) { cell.scripts[0].actor_thread[0] = 200; }},
                      Damage{"pc", [](Cell& cell) { cell.pc = kStepsMax; }},
                      Damage{"first_event", [](Cell& cell) { cell.scripts[0].first_event = 5000; }},
                      Damage{"choices", [](Cell& cell) { cell.scripts[0].choices = 70000; }},
                      Damage{"events_used", [](Cell& cell) { cell.events_used = kEventsMax + 1; }},
                      Damage{"now_ns", [](Cell& cell) { cell.now_ns = -1; }},
                      Damage{"now_ns", [](Cell& cell) { cell.wall_offset_ns = kNever; }},
                      Damage{"race_end", [](Cell& cell) { cell.race_end = UINT32_MAX; }},
                      Damage{"race_next", [](Cell& cell) { cell.race_next[1] = UINT32_MAX; }},
                      Damage{"race_running", [](Cell& cell) { cell.race_running = 100; }},
                      Damage{"decisions", [](Cell& cell) { cell.decisions = UINT32_MAX; }}));

class SoundCellTest : public FaultsTest {};

TEST_F(SoundCellTest, HasNoFault) {
  begin();
  EXPECT_EQ(fault(*cell_), nullptr);
}

TEST_F(SoundCellTest, AStepOfAnActorThatThereIsNotIsRefused) {
  load(1, {call(200, kAcquire)}, {}, false);
  begin_batch(*cell_);
  cell_->parties[0].state = State::kIdle;
  EXPECT_EQ(next(*cell_), kCoordinator);
  EXPECT_EQ(cell_->request, Request::kAdapterFailed);
}

TEST_F(SoundCellTest, ARaceWithoutEndIsRefused) {
  load(1, {{model::StepKind::kRace, 0, 0, 0, 0, 0, 0, 0}, call(0, kAcquire)}, {}, false);
  begin_batch(*cell_);
  cell_->parties[0].state = State::kIdle;
  EXPECT_EQ(next(*cell_), kCoordinator);
  EXPECT_EQ(cell_->request, Request::kAdapterFailed);
}

TEST_F(SoundCellTest, AnOutcomeThatNoCallHasIsRefused) {
  begin();
  cell_->parties[0].outcome = static_cast<model::OutcomeKind>(200);
  finish_call(*cell_, 0);
  EXPECT_EQ(cell_->request, Request::kAdapterFailed);
}

TEST_F(SoundCellTest, ATextWithoutEndIsCutOff) {
  begin();
  cell_->parties[0].outcome = model::OutcomeKind::kRaised;
  std::fill_n(cell_->parties[0].text, kTextBytes, 'x');
  finish_call(*cell_, 0);
  EXPECT_EQ(std::string(cell_->texts[0]).size(), static_cast<std::size_t>(kTextBytes - 1));
}

TEST_F(SoundCellTest, MoreDifferentOutcomesThanThereIsRoomForAreRefused) {
  begin();
  cell_->texts_used = kTextsMax;
  std::strcpy(cell_->parties[0].text, "new");
  cell_->parties[0].outcome = model::OutcomeKind::kRaised;
  finish_call(*cell_, 0);
  EXPECT_EQ(cell_->request, Request::kAdapterFailed);
}

}  // namespace
}  // namespace lockstep::cell
