#pragma once

#include "harness/cell/layout.h"

// Which party the calling thread is. Set by the actor library through the one function that the shim exports for it.
namespace lockstep::shim {

struct ActorThread {
  cell::Cell* cell = nullptr;
  int party = -1;

  // It is inside a call of the script: only there does the shim answer in the system's stead.
  [[nodiscard]] bool in_call() const {
    return cell != nullptr && cell->parties[party].command.kind == cell::CommandKind::kCall &&
           cell->parties[party].state.load(std::memory_order_relaxed) == cell::State::kRunning;
  }
};

[[nodiscard]] ActorThread& this_thread();

// A scheduling point inside a race: any other party may run before this call goes on.
void point(ActorThread& thread);

// Waits for `key`; returns what ended the wait. A signal that the script sends meanwhile has been raised.
[[nodiscard]] cell::Wake wait(ActorThread& thread, std::uint64_t key, std::int64_t deadline_ns, bool on_wall_clock);

}  // namespace lockstep::shim
