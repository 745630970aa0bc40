#include "impl/platform/sim/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "impl/platform/sim/context.h"
#include "impl/platform/sim/fiber_sanitizers.h"

namespace lockstep::impl::sim {
namespace {

std::size_t page_bytes() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace

Fiber::Fiber() : tsan_fiber_(sanitizers::running_fiber()) {}

Fiber::Fiber(void (*entry)(void*), void* argument, std::size_t stack_bytes) : entry_(entry), argument_(argument) {
  const std::size_t page = page_bytes();
  stack_bytes_ = (stack_bytes + page - 1) / page * page;
  mapping_bytes_ = page + stack_bytes_;
  mapping_ = mmap(nullptr, mapping_bytes_, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
  if (mapping_ == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "no memory for the stack of a fiber");
  }
  if (mprotect(mapping_, page, PROT_NONE) != 0) {
    const int error = errno;
    munmap(mapping_, mapping_bytes_);
    throw std::system_error(error, std::generic_category(), "no guard page for the stack of a fiber");
  }
  stack_bottom_ = static_cast<char*>(mapping_) + page;
  tsan_fiber_ = sanitizers::create_fiber();
  restart();
}

Fiber::~Fiber() {
  if (mapping_ != nullptr) {
    sanitizers::destroy_fiber(tsan_fiber_);
    sanitizers::forget_frames(const_cast<void*>(stack_bottom_), stack_bytes_, nullptr);
    munmap(mapping_, mapping_bytes_);
  }
}

void Fiber::switch_to(Fiber& from, Fiber& to) {
  to.arrived_from_ = &from;
  sanitizers::leave(&from.fake_stack_, to.stack_bottom_, to.stack_bytes_);
  sanitizers::switch_fiber(to.tsan_fiber_);
  lockstep_switch_context(&from.context_, to.context_);
  sanitizers::arrive(from.fake_stack_, &from.arrived_from_->stack_bottom_, &from.arrived_from_->stack_bytes_);
}

void Fiber::restart() {
  void* stack = const_cast<void*>(stack_bottom_);
  sanitizers::forget_frames(stack, stack_bytes_, context_);
  fake_stack_ = nullptr;
  context_ = make_context(
      stack, stack_bytes_, [](void* fiber) { run(fiber); }, this);
}

void Fiber::run(void* fiber) noexcept {
  Fiber& self = *static_cast<Fiber*>(fiber);
  sanitizers::arrive(nullptr, &self.arrived_from_->stack_bottom_, &self.arrived_from_->stack_bytes_);
  self.entry_(self.argument_);
  __builtin_unreachable();
}

}  // namespace lockstep::impl::sim
