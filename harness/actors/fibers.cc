#include "harness/actors/fibers.h"

#include <dlfcn.h>

#include "harness/actors/got.h"
#include "harness/cell/region.h"
#include "harness/cell/scheduler.h"

namespace lockstep::actors {
namespace {

using impl::sim::Fiber;

constexpr std::size_t kStackBytes = std::size_t{1024} * 1024;  // as deep as the interpreter may go in a call's hooks

Fibers* g_running = nullptr;

unsigned long (*g_real_ident)() = nullptr;

// What the module is told instead of the thread that all actors share.
unsigned long ident_of_actor() { return g_real_ident() + 1 + cell::from_environment()->running_party; }

}  // namespace

struct Fibers::Actor {
  Fibers* fibers;
  int party;
  Calls* calls;
  void* thread_state;
  std::unique_ptr<Fiber> fiber;
};

Fibers::Fibers(const PythonApi& python, cell::Cell& cell, PyObject* hooks_of_processes, Become become)
    : python_(python), cell_(cell), hooks_of_processes_(hooks_of_processes), become_(become), attach_(find_shim()) {}

Fibers::~Fibers() = default;

bool Fibers::run(int first) {
  g_running = this;
  switch_to(main_, first);
  return !failed_;
}

// The running actor has come to a scheduling point, or waits.
void Fibers::hand_over(int me, bool holds_interpreter) {
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

void Fibers::live(void* actor) {
  auto& self = *static_cast<Actor*>(actor);
  self.fibers->act(self);
}

void Fibers::act(Actor& self) {
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

void Fibers::switch_to(Fiber& from, int to) {
  const bool leaves = to == cell::kCoordinator;
  Fiber& target = leaves ? main_ : *actor(to).fiber;
  // Nobody but this thread writes it: the watchdog only reads.
  cell_.handovers.store(cell_.handovers.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  cell_.running_party = static_cast<std::uint32_t>(to);
  attach_(&cell_, leaves ? cell::kHostParty : to);
  if (become_ != nullptr) {
    become_(to);
  }
  Fiber::switch_to(from, target);
}

Fibers::Actor& Fibers::actor(int party) {
  std::unique_ptr<Actor>& known = actors_[party];
  if (known == nullptr) {
    known = std::make_unique<Actor>(Actor{this, party, &calls_of(cell::process_of(party)),
                                          python_.PyThreadState_New(python_.PyInterpreterState_Head()), nullptr});
    known->fiber = std::make_unique<Fiber>(&Fibers::live, known.get(), kStackBytes);
  }
  return *known;
}

Calls& Fibers::calls_of(int process) {
  std::unique_ptr<Calls>& known = calls_[process];
  if (known == nullptr) {
    known = std::make_unique<Calls>(python_, cell_, python_.PyList_GetItem(hooks_of_processes_, process));
  }
  return *known;
}

void Fibers::fail(Calls& calls) {
  cell::Party described{};
  const bool told = calls.describe(described, nullptr);
  python_.PyErr_Clear();
  failed_ = true;
  actors::fail(cell_, told ? described.text : "the actor could not describe its own failure");
}

bool connect_fibers() {
  using OnHandOver = void (*)(void (*)(int, bool));
  const auto on_hand_over = reinterpret_cast<OnHandOver>(dlsym(RTLD_DEFAULT, "lockstep_shim_on_hand_over"));
  if (on_hand_over == nullptr) {
    return false;
  }
  on_hand_over([](int me, bool holds_interpreter) { g_running->hand_over(me, holds_interpreter); });
  return true;
}

bool tell_threads_apart(const char* extension) {
  void* const before = replace_import(extension, "PyThread_get_thread_ident", reinterpret_cast<void*>(&ident_of_actor));
  g_real_ident = reinterpret_cast<unsigned long (*)()>(before);
  return before != nullptr;
}

}  // namespace lockstep::actors
