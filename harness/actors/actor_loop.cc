#include <csignal>
#include <cstring>

#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/actors/calls.h"
#include "harness/cell/hand_over.h"
#include "harness/cell/region.h"

// The life of an actor: wait for a command, do it, hand on. Loaded by lockstep_actor.py through ctypes.PyDLL, so that
// it is entered with the interpreter's lock held.
namespace lockstep::actors {
namespace {

using cell::Cell;
using cell::CommandKind;
using cell::Party;
using cell::State;

enum class Leaving : int { kThreadEnds = 0, kForkedProcessEnds = 1, kFailed = 2 };

class Actor {
 public:
  Actor(const PythonApi& python, Cell& cell, Calls& calls, PyObject* hooks, int me, bool started_by_step)
      : python_(python), cell_(cell), calls_(calls), hooks_(hooks), me_(me), started_by_step_(started_by_step) {
    attach();
  }

  Leaving run() {
    me_ == cell::kHostParty ? hand_on(false) : await_baton();
    for (;;) {
      const CommandKind kind = party().command.kind;
      if (kind == CommandKind::kExit) {
        leave();
        return forked_ ? Leaving::kForkedProcessEnds : Leaving::kThreadEnds;
      }
      if (!(kind == CommandKind::kCall ? calls_.make(party()) : obey(party().command))) {
        fail();
        return Leaving::kFailed;
      }
      if (newborn_) {
        newborn_ = false;
        await_baton();
        continue;
      }
      party().command.kind = CommandKind::kNone;
      hand_on(kind == CommandKind::kCall);
    }
  }

 private:
  Party& party() { return cell_.parties[me_]; }

  void attach() {
    using Attach = void (*)(Cell*, int);
    if (const auto shim = reinterpret_cast<Attach>(dlsym(RTLD_DEFAULT, "lockstep_shim_attach")); shim != nullptr) {
      shim(&cell_, me_);
    }
    // The host dies with the coordinator, and what it started dies with it. What a step starts may outlive its parent.
    party().unguarded = started_by_step_;
    if (!party().unguarded) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    party().tid.store(static_cast<int>(syscall(SYS_gettid)));
    party().pid.store(getpid());
  }

  // The interpreter's lock is let go of before the baton is handed on: the next party may be a thread of this process.
  void await_baton() {
    void* const state = python_.PyEval_SaveThread();
    cell::await_turn(cell_, me_);
    python_.PyEval_RestoreThread(state);
  }

  void hand_on(bool was_call) {
    if (cell_.mode == cell::Mode::kReal || cell_.mode == cell::Mode::kReported || me_ == cell::kHostParty) {
      party().state.store(State::kIdle, std::memory_order_release);
      pass_to(cell::kCoordinator);
      return;
    }
    was_call ? cell::finish_call(cell_, me_) : cell::finish_command(cell_, me_);
    if (const int to = cell::next(cell_); to != me_) {
      pass_to(to);
    }
  }

  void pass_to(int to) {
    void* const state = python_.PyEval_SaveThread();
    to == cell::kCoordinator ? cell::pass_to_coordinator(cell_, me_) : cell::pass(cell_, to);
    cell::await_turn(cell_, me_);
    python_.PyEval_RestoreThread(state);
  }

  // Tells the coordinator, which waits until the thread or process is really gone.
  void leave() {
    party().outcome = model::OutcomeKind::kNone;
    cell::finish_command(cell_, me_);
    cell_.request = cell::Request::kAwaitExit;
    cell_.request_party = static_cast<std::uint32_t>(me_);
    party().state.store(State::kDead, std::memory_order_release);
    cell::pass_to_coordinator(cell_, me_);
  }

  void fail() {
    Party described{};
    if (calls_.describe(described, nullptr)) {
      std::strncpy(cell_.failure, described.text, sizeof cell_.failure - 1);
    } else {
      std::strcpy(cell_.failure, "the actor could not describe its own failure");
    }
    python_.PyErr_Clear();
    cell_.request = cell::Request::kAdapterFailed;
    base::give(cell_.parties[cell::kCoordinator].go);
  }

  bool obey(const cell::Command& command) {
    switch (command.kind) {
      case CommandKind::kSignal:
        raise(command.raises ? SIGUSR2 : SIGUSR1);
        return calls_.describe(party(), python_.PyErr_CheckSignals() == 0 ? none() : nullptr);
      case CommandKind::kStartThread:
        return start(command, python_.PyObject_CallMethod(hooks_, "start_thread", "I", command.party));
      case CommandKind::kStartProcess:
        return start(command, python_.PyObject_CallMethod(hooks_, "start_process", "I", command.party));
      case CommandKind::kFork:
        return fork(command);
      case CommandKind::kRenewLocks:
        return calls_.describe(party(), python_.PyObject_CallMethod(hooks_, "renew_locks", nullptr));
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
      return calls_.describe(party(), nullptr);
    }
    Party& started = cell_.parties[command.party];
    started.pid.store(static_cast<int>(python_.PyLong_AsLong(result)));
    started.state.store(State::kIdle);
    python_.Py_DecRef(result);
    return calls_.describe(party(), none());
  }

  // The child goes on in this very loop, as another party.
  bool fork(const cell::Command& command) {
    const auto child = static_cast<int>(command.party);
    PyObject* const result = python_.PyObject_CallMethod(hooks_, "fork", nullptr);
    if (result == nullptr || python_.PyLong_AsLong(result) != 0) {
      return start(command, result);
    }
    me_ = child;
    started_by_step_ = forked_ = newborn_ = true;
    attach();
    return true;
  }

  const PythonApi& python_;
  Cell& cell_;
  Calls& calls_;
  PyObject* hooks_;
  int me_;
  bool started_by_step_;
  bool forked_ = false;   // this process came from a `fork` step
  bool newborn_ = false;  // and has not had the baton yet
};

}  // namespace
}  // namespace lockstep::actors

using lockstep::actors::PyObject;
namespace actors = lockstep::actors;
namespace base = lockstep::base;
namespace cell = lockstep::cell;

// Lives as `party` until it is told to leave. `started_by_step` tells that a script's step started this process, in the
// middle of a script. Returns 0 if its thread is to end, 1 if the process came from a `fork` step and is to end, 2 if
// the adapter failed (the cell says why), 3 if there is no cell, 4 if the interpreter lacks part of the C API.
// REQUIRES: the interpreter's lock is held; `hooks` is an object like Hooks in lockstep_actor.py.
extern "C" __attribute__((visibility("default"))) int lockstep_actor_run(PyObject* hooks, int party,
                                                                         int started_by_step) {
  cell::Cell* const cell = cell::from_environment();
  if (cell == nullptr) {
    return 3;
  }
  const actors::PythonApi* const python = actors::python_api();
  if (python == nullptr) {
    return 4;
  }
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

// What the host tells of the implementation. Text longer than its place is cut.
extern "C" __attribute__((visibility("default"))) void lockstep_actor_announce(int has_lock, int has_rlock,
                                                                               int reachable, int reaches_semlock,
                                                                               const char* version,
                                                                               const char* python_version) {
  if (cell::Cell* const cell = cell::from_environment(); cell != nullptr) {
    cell->has_lock = has_lock != 0;
    cell->has_rlock = has_rlock != 0;
    cell->reachable = reachable != 0;
    cell->reaches_semlock = reaches_semlock != 0;
    std::strncpy(cell->implementation_version, version, sizeof cell->implementation_version - 1);
    std::strncpy(cell->python_version, python_version, sizeof cell->python_version - 1);
  }
}

// The host can't go on, and why.
extern "C" __attribute__((visibility("default"))) void lockstep_actor_fail(const char* reason) {
  if (cell::Cell* const cell = cell::from_environment(); cell != nullptr) {
    std::strncpy(cell->failure, reason, sizeof cell->failure - 1);
    cell->request = cell::Request::kAdapterFailed;
    base::give(cell->parties[cell::kCoordinator].go);
  }
}

// Whether the address is that of one of the cell's semaphores.
extern "C" __attribute__((visibility("default"))) int lockstep_actor_in_cell(unsigned long long address) {
  const cell::Cell* const cell = cell::from_environment();
  return cell != nullptr &&
         (address - reinterpret_cast<std::uintptr_t>(cell->semaphores) < sizeof cell->semaphores ||
          address - reinterpret_cast<std::uintptr_t>(cell->real_semaphores) < sizeof cell->real_semaphores);
}
