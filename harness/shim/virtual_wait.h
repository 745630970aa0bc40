#pragma once

#include "harness/shim/actor_thread.h"

// Waits of Mode::kVirtual: no system call but the hand-over of the baton.
namespace lockstep::shim {

// A scheduling point inside a race: any other party may run before this call goes on.
void point(ActorThread& thread);

// Waits for `key`; returns what ended the wait. A signal that the script sends meanwhile has been raised.
[[nodiscard]] cell::Wake wait(ActorThread& thread, std::uint64_t key, std::int64_t deadline_ns, bool on_wall_clock);

}  // namespace lockstep::shim
