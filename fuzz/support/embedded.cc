#include "fuzz/support/embedded.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "fuzz/support/moves.h"
#include "fuzz/support/plan.h"
#include "harness/cell/region.h"
#include "harness/cell/scheduler.h"
#include "impl/platform/identity.h"

namespace lockstep::fuzz {
namespace {

// The reference knows a thread by this. One look is all the spinning there is where nobody else runs meanwhile.
void become(int party) {
  impl::ThreadState& thread = impl::thread_state();
  thread.identity.thread = static_cast<std::uint64_t>(party) + 1;
  thread.spins = {1, 1};
}

std::unique_ptr<cell::Cell> make_cell() {
  auto cell = std::make_unique<cell::Cell>();
  cell->version = cell::kVersion;
  cell->size = sizeof(cell::Cell);
  cell->mode = cell::Mode::kVirtual;
  cell::adopt(*cell);
  return cell;
}

}  // namespace

std::unique_ptr<actors::Fibers> embed_reference(cell::Cell& cell) { return embed(cell, "lockstep", become); }

void play_in_fibers(cell::Cell& cell, actors::Fibers& fibers, std::uint32_t script) {
  cell.scripts_loaded = script + 1;
  cell.request = cell::Request::kNone;
  while (cell.request != cell::Request::kBatchDone) {
    const int first = cell::next(cell);
    if (first != cell::kCoordinator && !fibers.run(first)) {
      std::fprintf(stderr, "the adapter failed: %s\n", cell.failure);
      std::abort();
    }
    if (cell.request == cell::Request::kActorsNeeded) {
      cell::all_idle(cell);
      cell.request = cell::Request::kNone;
    }
  }
}

void for_every_call(const std::function<void(const model::Script&)>& play) {
  for (std::size_t layout = 0; layout < layouts().size(); ++layout) {
    for (std::size_t locks = 0; locks < lock_sets().size(); ++locks) {
      const std::vector<model::LockKind>& kinds = lock_sets()[locks];
      if (kinds.size() < 2 || kinds[0] != kinds[1]) {
        continue;  // two locks of each kind are all that there are
      }
      for (std::size_t move = 0; move < moves().size(); ++move) {
        Plan plan{static_cast<std::uint8_t>(layout), static_cast<std::uint8_t>(locks), {}, {}};
        for (unsigned who = 0; who < kStepsMax; ++who) {
          const unsigned lock = who / kLayoutActorsMax % 2;
          plan.steps.push_back(
              {static_cast<std::uint8_t>(who % kLayoutActorsMax + lock * 16), static_cast<std::uint8_t>(move)});
        }
        play(script_of(plan, kThreads | kOddArguments | kUnlike));
      }
    }
  }
}

Embedded::Embedded() : cell_(make_cell()), packer_(*cell_) {
  start_interpreter();
  const KeptForEver kept;
  reference_ = embed_reference(*cell_);
  cpython_ = embed(*cell_, "multiprocessing");
  for_every_call([this](const model::Script& script) { play(script); });
}

bool Embedded::play(const model::Script& script) {
  for (replay::Schedule& schedule : schedules_) {
    schedule.prefix.assign(script.schedule.begin(), script.schedule.end());
  }
  packer_.pack(script, schedules_);
  cell::begin_batch(*cell_);
  play_in_fibers(*cell_, *reference_, kReference);
  play_in_fibers(*cell_, *cpython_, kCpython);
  const auto ours = events(kReference), theirs = events(kCpython);
  return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end());
}

std::span<const cell::Event> Embedded::events(Side side) const {
  const cell::Script& script = cell_->scripts[side];
  return {cell_->events + script.first_event, script.events};
}

bool Embedded::exhausted() const { return cell_->scripts[kReference].exhausted || cell_->scripts[kCpython].exhausted; }

}  // namespace lockstep::fuzz
