#include <array>
#include <cstdint>
#include <cstring>

#include "impl/platform/sim/context.h"

// What the callee must preserve by the System V ABI, AMD64 supplement, section 3.2.1: rbx, rbp, r12 to r15, rsp, the
// control bits of mxcsr and the x87 control word. The last two share one slot below the registers.
asm(R"(
.text
.p2align 4
.globl lockstep_switch_context
.hidden lockstep_switch_context
.type lockstep_switch_context, @function
lockstep_switch_context:
  .cfi_startproc
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  stmxcsr (%rsp)
  fnstcw 4(%rsp)
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  ldmxcsr (%rsp)
  fldcw 4(%rsp)
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .cfi_endproc
.size lockstep_switch_context, .-lockstep_switch_context

.p2align 4
.globl lockstep_start_context
.hidden lockstep_start_context
.type lockstep_start_context, @function
lockstep_start_context:
  .cfi_startproc
  .cfi_undefined rip
  movq %rbx, %rdi
  call *%r12
  ud2
  .cfi_endproc
.size lockstep_start_context, .-lockstep_start_context
)");

extern "C" void lockstep_start_context();

namespace lockstep::impl::sim {

void* make_context(void* stack, std::size_t bytes, void (*run)(void*), void* argument) {
  // As lockstep_switch_context pops them. The processor starts with the modes of the ABI: all exceptions masked, round
  // to nearest, x87 extended precision.
  struct Frame {
    std::uint32_t mxcsr = 0x1F80;
    std::uint32_t x87_control = 0x037F;
    void* r15 = nullptr;
    void* r14 = nullptr;
    void* r13 = nullptr;
    void (*r12)(void*) = nullptr;
    void* rbx = nullptr;
    void* rbp = nullptr;
    void (*return_address)() = nullptr;
    // Where the frame of lockstep_start_context begins; the ABI wants this address to be a multiple of 16 at its call.
    std::array<void*, 2> end = {};
  };
  static_assert(sizeof(Frame) % 16 == 0);
  Frame frame;
  frame.r12 = run;
  frame.rbx = argument;
  frame.return_address = lockstep_start_context;
  const auto top = (reinterpret_cast<std::uintptr_t>(stack) + bytes) & ~std::uintptr_t{15};
  void* place = reinterpret_cast<void*>(top - sizeof(Frame));
  std::memcpy(place, &frame, sizeof(Frame));
  return place;
}

}  // namespace lockstep::impl::sim
