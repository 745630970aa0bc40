#include "harness/actors/turn.h"

#include <csignal>
#include <cstring>

#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/cell/hand_over.h"

namespace lockstep::actors {

using cell::CommandKind;
using cell::State;

Turn::Turn(cell::Cell& cell, int party_index, bool started_by_step) : cell_(&cell), me_(party_index) {
  if (const AttachToShim attach = find_shim(); attach != nullptr) {
    attach(cell_, me_);
  }
  // The host dies with the coordinator, and what it started dies with it. What a step starts may outlive its parent.
  party().unguarded = started_by_step;
  if (!party().unguarded) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
  }
  party().tid.store(static_cast<int>(syscall(SYS_gettid)));
  party().pid.store(getpid());
  if (me_ == cell::kHostParty) {
    finish();  // the coordinator waits for it to be ready
  }
}

void Turn::take() {
  if (is_mine()) {
    return;
  }
  if (to_ == cell::kCoordinator) {
    cell::pass_to_coordinator(*cell_, me_);
  } else if (to_ != kNobody) {
    cell::pass(*cell_, to_);
  }
  cell::await_turn(*cell_, me_);
  to_ = me_;
}

void Turn::finish() {
  const bool was_call = party().command.kind == CommandKind::kCall;
  party().command.kind = CommandKind::kNone;
  if (cell_->mode == cell::Mode::kReal || cell_->mode == cell::Mode::kReported || me_ == cell::kHostParty) {
    party().state.store(State::kIdle, std::memory_order_release);
    to_ = cell::kCoordinator;
    return;
  }
  was_call ? cell::finish_call(*cell_, me_) : cell::finish_command(*cell_, me_);
  to_ = cell::next(*cell_);
}

void Turn::leave() {
  party().outcome = model::OutcomeKind::kNone;
  cell::finish_command(*cell_, me_);
  cell_->request = cell::Request::kAwaitExit;
  cell_->request_party = static_cast<std::uint32_t>(me_);
  party().state.store(State::kDead, std::memory_order_release);
  cell::pass_to_coordinator(*cell_, me_);
}

void Turn::started(int party_index, int pid) {
  cell_->parties[party_index].pid.store(pid);
  cell_->parties[party_index].state.store(State::kIdle);
}

void fail(cell::Cell& cell, const char* reason) {
  std::strncpy(cell.failure, reason, sizeof cell.failure - 1);
  cell.request = cell::Request::kAdapterFailed;
  base::give(cell.parties[cell::kCoordinator].go);
}

AttachToShim find_shim() { return reinterpret_cast<AttachToShim>(dlsym(RTLD_DEFAULT, "lockstep_shim_attach")); }

}  // namespace lockstep::actors
