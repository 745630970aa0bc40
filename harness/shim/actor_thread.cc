#include "harness/shim/actor_thread.h"

#include "harness/shim/real.h"

namespace lockstep::shim {

ActorThread& this_thread() {
  static thread_local ActorThread thread;
  return thread;
}

}  // namespace lockstep::shim

// The actor library finds this by name; without it there is no shim in the process.
LOCKSTEP_EXPORT void lockstep_shim_attach(lockstep::cell::Cell* cell, int party) {
  lockstep::shim::ActorThread& thread = lockstep::shim::this_thread();
  thread = {cell, party};
  lockstep::shim::attached(thread);
}
