#include <ucontext.h>

#include <cstdint>
#include <new>

#include "impl/platform/sim/context.h"

namespace lockstep::impl::sim {
namespace {

// makecontext(3) hands over ints only.
void start(unsigned run_low, unsigned run_high, unsigned argument_low, unsigned argument_high) {
  const auto join = [](unsigned low, unsigned high) {
    return static_cast<std::uintptr_t>(low | static_cast<std::uint64_t>(high) << 32U);
  };
  reinterpret_cast<void (*)(void*)>(join(run_low, run_high))(
      reinterpret_cast<void*>(join(argument_low, argument_high)));
}

unsigned low(std::uint64_t value) { return static_cast<unsigned>(value); }
unsigned high(std::uint64_t value) { return static_cast<unsigned>(value >> 32U); }

}  // namespace

void* make_context(void* stack, std::size_t bytes, void (*run)(void*), void* argument) {
  // The context lies at the end of the stack, out of the fiber's way.
  const auto end = reinterpret_cast<std::uintptr_t>(stack) + bytes;
  const auto place = (end - sizeof(ucontext_t)) & ~std::uintptr_t{63};
  auto* context = new (reinterpret_cast<void*>(place)) ucontext_t;
  getcontext(context);
  context->uc_stack.ss_sp = stack;
  context->uc_stack.ss_size = place - reinterpret_cast<std::uintptr_t>(stack);
  context->uc_link = nullptr;
  const std::uint64_t call = reinterpret_cast<std::uintptr_t>(run);
  const std::uint64_t with = reinterpret_cast<std::uintptr_t>(argument);
  makecontext(context, reinterpret_cast<void (*)()>(start), 4, low(call), high(call), low(with), high(with));
  return context;
}

extern "C" void lockstep_switch_context(void** from, void* to) {
  ucontext_t here;
  *from = &here;
  swapcontext(&here, static_cast<const ucontext_t*>(to));
}

}  // namespace lockstep::impl::sim
