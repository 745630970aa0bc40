#pragma once

#include "harness/model/script.h"
#include "harness/spec/policy.h"
#include "harness/spec/reply.h"
#include "harness/spec/state.h"

namespace lockstep::spec {

// Which owner the actor's repr of the lock names. Lib/multiprocessing/synchronize.py derives it from a count in the
// actor's own process and the semaphore's value; names of processes and threads are left to the implementation.
[[nodiscard]] Reply foretell_repr(const World& world, const LockState& lock, model::LockKind kind, int actor,
                                  PolicySet policies);

}  // namespace lockstep::spec
