#include "harness/actors/fibers.h"
#include "harness/cell/region.h"

// The host of carrier F: when the coordinator hands it the baton, its fibers run until that is to go back.
namespace lockstep::actors {
namespace {

bool live_as_fibers(const PythonApi& python, cell::Cell& cell, PyObject* hooks_of_processes) {
  Fibers fibers(python, cell, hooks_of_processes);
  Turn turn(cell, cell::kHostParty, false);
  for (;;) {
    void* const state = python.PyEval_SaveThread();
    turn.take();
    const bool over = turn.party().command.kind == cell::CommandKind::kExit;
    const bool ran = over || fibers.run(static_cast<int>(cell.fiber));
    python.PyEval_RestoreThread(state);
    if (over) {
      turn.leave();
    }
    if (over || !ran) {
      return ran;
    }
    turn.finish();
  }
}

}  // namespace
}  // namespace lockstep::actors

namespace actors = lockstep::actors;
namespace cell = lockstep::cell;

#define LOCKSTEP_EXPORT extern "C" __attribute__((visibility("default")))

// Whether the coordinator wants the actors as fibers of the host.
LOCKSTEP_EXPORT int lockstep_actor_wants_fibers() {
  const cell::Cell* const cell = cell::from_environment();
  return cell != nullptr && cell->fibers != 0;
}

// Lives as all actors until told to leave. `extension` is the file of the module that asks which thread it is in, or
// null. Returns 0, or 2 if the adapter failed (the cell says why).
// REQUIRES: lockstep_actor_serves_interpreter(), lockstep_actor_wants_fibers(); the interpreter's lock is held.
LOCKSTEP_EXPORT int lockstep_actor_run_fibers(actors::PyObject* hooks_of_processes, const char* extension) {
  cell::Cell& cell = *cell::from_environment();
  if (!actors::connect_fibers()) {
    actors::fail(cell, "the shim is not loaded");
    return 2;
  }
  cell.threads_told_apart = extension != nullptr && actors::tell_threads_apart(extension);
  return actors::live_as_fibers(*actors::python_api(), cell, hooks_of_processes) ? 0 : 2;
}
