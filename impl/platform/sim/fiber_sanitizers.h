#pragma once

#include <cstddef>

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
// Frames that were abandoned leave the shadow of their red zones behind.
inline void forget_frames(void* stack, std::size_t bytes) { __asan_unpoison_memory_region(stack, bytes); }
#else
inline void leave(void** /*fake_stack*/, const void* /*bottom*/, std::size_t /*bytes*/) {}
inline void arrive(void* /*fake_stack*/, const void** /*left_bottom*/, std::size_t* /*left_bytes*/) {}
inline void forget_frames(void* /*stack*/, std::size_t /*bytes*/) {}
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
