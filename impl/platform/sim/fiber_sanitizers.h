#pragma once

#include <cstddef>
#include <cstdint>

// Sanitizers watch the stack and must be told of a switch to another (sanitizer/common_interface_defs.h,
// sanitizer/tsan_interface.h). Without a sanitizer these functions do nothing.

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKSTEP_ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer)
#define LOCKSTEP_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define LOCKSTEP_ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__)
#define LOCKSTEP_THREAD_SANITIZER 1
#endif

#if defined(LOCKSTEP_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(LOCKSTEP_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
#endif

namespace lockstep::impl::sim::sanitizers {

#if defined(LOCKSTEP_ADDRESS_SANITIZER)
inline void leave(void** fake_stack, const void* bottom, std::size_t bytes) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, bytes);
}
inline void arrive(void* fake_stack, const void** left_bottom, std::size_t* left_bytes) {
  __sanitizer_finish_switch_fiber(fake_stack, left_bottom, left_bytes);
}
// Frames that were abandoned leave the shadow of their red zones behind. They lie above the context (context.h), but
// for the frame of the switch itself, unless the context is kept elsewhere.
inline void forget_frames(void* stack, std::size_t bytes, const void* context) {
  constexpr std::size_t kFrameOfSwitch = 4096;
  const auto begin = reinterpret_cast<std::uintptr_t>(stack);
  const auto place = reinterpret_cast<std::uintptr_t>(context);
  const bool inside = place >= begin + kFrameOfSwitch && place < begin + bytes;
  const std::size_t unused = inside ? place - begin - kFrameOfSwitch : 0;
  __asan_unpoison_memory_region(static_cast<char*>(stack) + unused, bytes - unused);
}
#else
inline void leave(void** /*fake_stack*/, const void* /*bottom*/, std::size_t /*bytes*/) {}
inline void arrive(void* /*fake_stack*/, const void** /*left_bottom*/, std::size_t* /*left_bytes*/) {}
inline void forget_frames(void* /*stack*/, std::size_t /*bytes*/, const void* /*context*/) {}
#endif

#if defined(LOCKSTEP_THREAD_SANITIZER)
inline void* running_fiber() { return __tsan_get_current_fiber(); }
inline void* create_fiber() { return __tsan_create_fiber(0); }
inline void destroy_fiber(void* fiber) { __tsan_destroy_fiber(fiber); }
inline void switch_fiber(void* fiber) { __tsan_switch_to_fiber(fiber, 0); }
#else
inline void* running_fiber() { return nullptr; }
inline void* create_fiber() { return nullptr; }
inline void destroy_fiber(void* /*fiber*/) {}
inline void switch_fiber(void* /*fiber*/) {}
#endif

}  // namespace lockstep::impl::sim::sanitizers
