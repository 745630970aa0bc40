#include <memory>

#include <dlfcn.h>

#include "harness/actors/calls.h"
#include "harness/actors/got.h"
#include "harness/actors/turn.h"
#include "harness/cell/region.h"
#include "harness/cell/scheduler.h"
#include "impl/platform/sim/fiber.h"

// Carrier F: all actors of all processes are fibers of the host's one thread. Each has a thread state of the
// interpreter's and each process its own objects over the same semaphores, so that what the objects believe is apart as
// it would be in real processes. The interpreter's lock is free at every switch.
namespace lockstep::actors {
namespace {

using cell::Cell;
using impl::sim::Fiber;

constexpr std::size_t kStackBytes = std::size_t{1024} * 1024;  // as deep as the interpreter may go in a call's hooks

class FiberHost;

struct FiberActor {
  FiberHost* host;
  int party;
  Calls* calls;
  void* thread_state;
  std::unique_ptr<Fiber> fiber;
};

FiberHost* g_host = nullptr;

class FiberHost {
 public:
  FiberHost(const PythonApi& python, Cell& cell, PyObject* hooks_of_processes)
      : python_(python), cell_(cell), hooks_of_processes_(hooks_of_processes), attach_(find_shim()) {
    g_host = this;
  }

  // Until the coordinator says that it is over. False if the adapter failed.
  bool run() {
    Turn turn(cell_, cell::kHostParty, false);
    for (;;) {
      void* const state = python_.PyEval_SaveThread();
      turn.take();
      if (turn.party().command.kind == cell::CommandKind::kExit) {
        python_.PyEval_RestoreThread(state);
        turn.leave();
        return true;
      }
      switch_to(main_, static_cast<int>(cell_.fiber));
      python_.PyEval_RestoreThread(state);
      if (failed_) {
        return false;
      }
      turn.finish();
    }
  }

  // The running actor has come to a scheduling point, or waits.
  void hand_over(int me, bool holds_interpreter) {
    const int to = cell::next(cell_);
    if (to == me) {
      return;
    }
    void* const state = holds_interpreter ? python_.PyEval_SaveThread() : nullptr;
    switch_to(*actors_[me]->fiber, to);
    if (holds_interpreter) {
      python_.PyEval_RestoreThread(state);
    }
  }

 private:
  static void live(void* actor) {
    auto& self = *static_cast<FiberActor*>(actor);
    self.host->act(self);
  }

  [[noreturn]] void act(FiberActor& self) {
    python_.PyEval_RestoreThread(self.thread_state);
    for (;;) {
      cell::Party& party = cell_.parties[self.party];
      if (!self.calls->make(party)) {
        fail(*self.calls);
        python_.PyEval_SaveThread();
        switch_to(*self.fiber, cell::kCoordinator);  // never comes back
      }
      party.command.kind = cell::CommandKind::kNone;
      cell::finish_call(cell_, self.party);
      if (const int to = cell::next(cell_); to != self.party) {
        python_.PyEval_SaveThread();
        switch_to(*self.fiber, to);
        python_.PyEval_RestoreThread(self.thread_state);
      }
    }
  }

  void switch_to(Fiber& from, int to) {
    const bool leaves = to == cell::kCoordinator;
    Fiber& target = leaves ? main_ : *actor(to).fiber;
    // Nobody but this thread writes it: the watchdog only reads.
    cell_.handovers.store(cell_.handovers.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    cell_.running_party = static_cast<std::uint32_t>(to);
    attach_(&cell_, leaves ? cell::kHostParty : to);
    Fiber::switch_to(from, target);
  }

  FiberActor& actor(int party) {
    std::unique_ptr<FiberActor>& known = actors_[party];
    if (known == nullptr) {
      known = std::make_unique<FiberActor>(FiberActor{this, party, &calls_of(cell::process_of(party)),
                                                      python_.PyThreadState_New(python_.PyInterpreterState_Head()),
                                                      nullptr});
      known->fiber = std::make_unique<Fiber>(&FiberHost::live, known.get(), kStackBytes);
    }
    return *known;
  }

  Calls& calls_of(int process) {
    std::unique_ptr<Calls>& known = calls_[process];
    if (known == nullptr) {
      known = std::make_unique<Calls>(python_, cell_, python_.PyList_GetItem(hooks_of_processes_, process));
    }
    return *known;
  }

  void fail(Calls& calls) {
    cell::Party described{};
    const bool told = calls.describe(described, nullptr);
    python_.PyErr_Clear();
    failed_ = true;
    actors::fail(cell_, told ? described.text : "the actor could not describe its own failure");
  }

  const PythonApi& python_;
  Cell& cell_;
  PyObject* hooks_of_processes_;
  AttachToShim attach_;
  Fiber main_;
  bool failed_ = false;
  std::unique_ptr<FiberActor> actors_[cell::kHostParty];
  std::unique_ptr<Calls> calls_[cell::kProcessesMax];
};

unsigned long (*g_real_ident)() = nullptr;

// What the module is told instead of the thread that all actors share.
unsigned long ident_of_actor() {
  const Cell* const cell = cell::from_environment();
  return g_real_ident() + 1 + cell->running_party;
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

// Lives as all actors until told to leave. `hooks_of_processes` is a list with an object like Hooks in
// lockstep_actor.py for each process; `extension` is the file of the module that asks which thread it is in, or null.
// Returns 0, or 2 if the adapter failed (the cell says why).
// REQUIRES: lockstep_actor_serves_interpreter(), lockstep_actor_wants_fibers(); the interpreter's lock is held.
LOCKSTEP_EXPORT int lockstep_actor_run_fibers(actors::PyObject* hooks_of_processes, const char* extension) {
  using OnHandOver = void (*)(void (*)(int, bool));
  const auto on_hand_over = reinterpret_cast<OnHandOver>(dlsym(RTLD_DEFAULT, "lockstep_shim_on_hand_over"));
  cell::Cell* const cell = cell::from_environment();
  if (on_hand_over == nullptr) {
    actors::fail(*cell, "the shim is not loaded");
    return 2;
  }
  on_hand_over([](int me, bool holds_interpreter) { actors::g_host->hand_over(me, holds_interpreter); });
  if (extension != nullptr) {
    void* const before = actors::replace_import(extension, "PyThread_get_thread_ident",
                                                reinterpret_cast<void*>(&actors::ident_of_actor));
    actors::g_real_ident = reinterpret_cast<unsigned long (*)()>(before);
    cell->threads_told_apart = before != nullptr;
  }
  return actors::FiberHost(*actors::python_api(), *cell, hooks_of_processes).run() ? 0 : 2;
}
