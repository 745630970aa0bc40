#pragma once

#include <memory>

#include "harness/actors/calls.h"
#include "harness/actors/turn.h"
#include "impl/platform/sim/fiber.h"

namespace lockstep::actors {

// Carrier F: all actors of all processes are fibers of the calling thread. Each has a thread state of the
// interpreter's and each process its own objects over the same semaphores, so that what the objects believe is apart as
// it would be in real processes. The interpreter's lock is free at every switch.
class Fibers {
 public:
  // Called at each switch, if it is given: from now on this thread is that party.
  using Become = void (*)(int party);

  // `hooks_of_processes` is a list with an object like Hooks in lockstep_actor.py for each process.
  // REQUIRES: connect_fibers().
  Fibers(const PythonApi& python, cell::Cell& cell, PyObject* hooks_of_processes, Become become = nullptr);
  ~Fibers();

  // Lets `first` run, and whoever cell::next() names after it, until that is the coordinator. False if the adapter
  // failed; the cell says why. REQUIRES: this thread does not hold the interpreter's lock.
  [[nodiscard]] bool run(int first);

 private:
  struct Actor;
  friend bool connect_fibers();

  static void live(void* actor);
  [[noreturn]] void act(Actor& self);
  void hand_over(int me, bool holds_interpreter);
  void switch_to(impl::sim::Fiber& from, int to);
  [[nodiscard]] Actor& actor(int party);
  [[nodiscard]] Calls& calls_of(int process);
  void fail(Calls& calls);

  const PythonApi& python_;
  cell::Cell& cell_;
  PyObject* hooks_of_processes_;
  Become become_;
  AttachToShim attach_;
  impl::sim::Fiber main_;
  bool failed_ = false;
  std::unique_ptr<Actor> actors_[cell::kHostParty];
  std::unique_ptr<Calls> calls_[cell::kProcessesMax];
};

// Makes the shim switch fibers where an actor would hand its baton on. False if there is no shim in this process.
[[nodiscard]] bool connect_fibers();

// The module that was loaded from `extension` is told another thread for each fiber. False if it does not ask.
[[nodiscard]] bool tell_threads_apart(const char* extension);

}  // namespace lockstep::actors
