#pragma once

#include <cstddef>

namespace lockstep::impl::sim {

// A thread of control with a stack of its own, switched by hand within one thread of the system. A switch costs a few
// nanoseconds: it keeps the registers that the calling convention (System V ABI, AMD64 supplement, section 3.2.1) gives
// to the caller, the floating-point modes among them, and nothing else. Signal masks and thread-local variables belong
// to the thread, not to the fiber.
//
// Exceptions may be thrown and caught inside a fiber, but none may be in flight or being handled across a switch: the
// runtime keeps one stack of them for each thread.
//
// A fiber that is destroyed or restarted while it waits for a switch is abandoned: its destructors don't run.
class Fiber {
 public:
  // Adopts the running thread: what the other fibers switch back to.
  Fiber();

  // Runs entry(argument) on its own stack once switched to. The entry must not return. Below the stack lies a guard
  // page. Throws std::system_error if the system refuses the memory.
  Fiber(void (*entry)(void*), void* argument, std::size_t stack_bytes = std::size_t{256} * 1024);

  // REQUIRES: this fiber is not running, unless it is an adopted thread.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Saves the running context in `from` and goes on in `to`. Returns when something switches to `from`.
  // REQUIRES: `from` is running and `to` is not; both on this thread.
  static void switch_to(Fiber& from, Fiber& to);

  // Begins again: the next switch here calls the entry. REQUIRES: not running, not an adopted thread.
  void restart();

 private:
  static void run(void* fiber) noexcept;

  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  void* context_ = nullptr;  // See context.h; null while it runs for the first time.
  void* mapping_ = nullptr;  // The guard page and the stack, or null.
  std::size_t mapping_bytes_ = 0;

  // What sanitizers have to be told at a switch: see fiber_sanitizers.h.
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
  void* fake_stack_ = nullptr;
  void* tsan_fiber_ = nullptr;
  Fiber* arrived_from_ = nullptr;
};

}  // namespace lockstep::impl::sim
