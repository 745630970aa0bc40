#pragma once

namespace lockstep::impl {

// Tells the processor that this is a spin loop, so that it saves power and leaves a sibling hyperthread its share.
inline void pause_processor() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

}  // namespace lockstep::impl
