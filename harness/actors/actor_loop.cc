#include <csignal>

#include "harness/actors/calls.h"
#include "harness/actors/turn.h"
#include "harness/cell/region.h"

// The life of an actor: wait for a command, do it, hand on. Loaded by lockstep_actor.py through ctypes.PyDLL, so that
// it is entered with the interpreter's lock held.
namespace lockstep::actors {
namespace {

using cell::Cell;
using cell::CommandKind;
using cell::Party;

enum class Leaving : int { kThreadEnds = 0, kForkedProcessEnds = 1, kFailed = 2 };

class Actor {
 public:
  Actor(const PythonApi& python, Cell& cell, Calls& calls, PyObject* hooks, int me, bool started_by_step)
      : python_(python), cell_(cell), calls_(calls), hooks_(hooks), turn_(cell, me, started_by_step) {}

  Leaving run() {
    for (;;) {
      take_turn();
      const CommandKind kind = turn_.party().command.kind;
      if (kind == CommandKind::kExit) {
        turn_.leave();
        return forked_ ? Leaving::kForkedProcessEnds : Leaving::kThreadEnds;
      }
      if (!(kind == CommandKind::kCall ? calls_.make(turn_.party()) : obey(turn_.party().command))) {
        fail_with_error();
        return Leaving::kFailed;
      }
      if (newborn_) {
        newborn_ = false;
      } else {
        turn_.finish();
      }
    }
  }

 private:
  // The interpreter's lock is let go of before the baton is handed on: the next party may be a thread of this process.
  void take_turn() {
    if (!turn_.is_mine()) {
      void* const state = python_.PyEval_SaveThread();
      turn_.take();
      python_.PyEval_RestoreThread(state);
    }
  }

  void fail_with_error() {
    Party described{};
    const bool told = calls_.describe(described, nullptr);
    python_.PyErr_Clear();
    fail(cell_, told ? described.text : "the actor could not describe its own failure");
  }

  bool obey(const cell::Command& command) {
    switch (command.kind) {
      case CommandKind::kSignal:
        raise(command.raises ? SIGUSR2 : SIGUSR1);
        return calls_.describe(turn_.party(), python_.PyErr_CheckSignals() == 0 ? none() : nullptr);
      case CommandKind::kStartThread:
        return start(command, python_.PyObject_CallMethod(hooks_, "start_thread", "I", command.party));
      case CommandKind::kStartProcess:
        return start(command, python_.PyObject_CallMethod(hooks_, "start_process", "I", command.party));
      case CommandKind::kFork:
        return fork(command);
      case CommandKind::kRenewLocks:
        return calls_.describe(turn_.party(), python_.PyObject_CallMethod(hooks_, "renew_locks", nullptr));
      default:
        return true;
    }
  }

  PyObject* none() {
    python_.Py_IncRef(python_.none_object);
    return python_.none_object;
  }

  // `result` is the new process's id, or this one's for a thread; an error is the step's outcome, not a failure.
  bool start(const cell::Command& command, PyObject* result) {
    if (result == nullptr) {
      return calls_.describe(turn_.party(), nullptr);
    }
    turn_.started(static_cast<int>(command.party), static_cast<int>(python_.PyLong_AsLong(result)));
    python_.Py_DecRef(result);
    return calls_.describe(turn_.party(), none());
  }

  // The child goes on in this very loop, as another party.
  bool fork(const cell::Command& command) {
    const auto child = static_cast<int>(command.party);  // before the parent goes on and is commanded anew
    PyObject* const result = python_.PyObject_CallMethod(hooks_, "fork", nullptr);
    if (result == nullptr || python_.PyLong_AsLong(result) != 0) {
      return start(command, result);
    }
    turn_ = Turn(cell_, child, true);
    forked_ = newborn_ = true;
    return true;
  }

  const PythonApi& python_;
  Cell& cell_;
  Calls& calls_;
  PyObject* hooks_;
  Turn turn_;
  bool forked_ = false;   // this process came from a `fork` step
  bool newborn_ = false;  // and has not had the baton yet
};

}  // namespace
}  // namespace lockstep::actors

using lockstep::actors::PyObject;
namespace actors = lockstep::actors;
namespace cell = lockstep::cell;

// Lives as `party` until it is told to leave. `started_by_step` tells that a script's step started this process, in the
// middle of a script. Returns 0 if its thread is to end, 1 if the process came from a `fork` step and is to end, 2 if
// the adapter failed (the cell says why), 3 if there is no cell.
// REQUIRES: lockstep_actor_serves_interpreter(); the interpreter's lock is held; `hooks` is an object like Hooks in
// lockstep_actor.py.
extern "C" __attribute__((visibility("default"))) int lockstep_actor_run(PyObject* hooks, int party,
                                                                         int started_by_step) {
  cell::Cell* const cell = cell::from_environment();
  if (cell == nullptr) {
    return 3;
  }
  const actors::PythonApi* const python = actors::python_api();
  static actors::Calls* const calls = [&] {
    auto* const made = new actors::Calls(*python, *cell, hooks);  // as long as the process
    python->Py_IncRef(hooks);
    if (started_by_step) {
      made->join_running_script();
    }
    return made;
  }();
  return static_cast<int>(actors::Actor(*python, *cell, *calls, hooks, party, started_by_step != 0).run());
}

// Whether this interpreter has what lockstep_actor_run() needs of the C API.
extern "C" __attribute__((visibility("default"))) int lockstep_actor_serves_interpreter() {
  return actors::python_api() != nullptr;
}
