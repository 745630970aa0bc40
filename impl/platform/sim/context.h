#pragma once

#include <cstddef>

namespace lockstep::impl::sim {

// A context is what a suspended fiber needs to go on; it lies on the fiber's own stack. One of the files context_*.cc
// is built: an assembly switch for x86-64, ucontext(3) elsewhere.

// A context that will call run(argument) on the given stack, which grows down from its end.
[[nodiscard]] void* make_context(void* stack, std::size_t bytes, void (*run)(void*), void* argument);

// Suspends the running context, stores where it lies in `*from`, and goes on in `to`.
extern "C" void lockstep_switch_context(void** from, void* to);

}  // namespace lockstep::impl::sim
