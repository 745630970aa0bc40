#pragma once

#include <dlfcn.h>

#define LOCKSTEP_EXPORT extern "C" __attribute__((visibility("default")))

// The C library's own function, looked up once.
#define LOCKSTEP_REAL(function)                                                                    \
  ([] {                                                                                            \
    static const auto next = reinterpret_cast<decltype(&::function)>(dlsym(RTLD_NEXT, #function)); \
    return next;                                                                                   \
  }())
