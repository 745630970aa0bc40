#pragma once

#include "harness/cell/layout.h"

// Which party the calling thread is. Set by the actor library through the one function that every shim exports for it.
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

// Called when a thread has become an actor. Each shim defines it.
void attached(ActorThread& thread);

}  // namespace lockstep::shim
