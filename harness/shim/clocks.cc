#include <cstdint>
#include <ctime>

#include <sys/time.h>

#include "harness/shim/actor_thread.h"
#include "harness/shim/real.h"

// The clocks by which locks reckon their deadlines: CPython's, and the reference's (impl/platform/hooks.h). Virtual
// inside a call only, or the interpreter's own locks would see two clocks.

LOCKSTEP_EXPORT int gettimeofday(timeval* time, void* zone) noexcept {
  const auto& thread = lockstep::shim::this_thread();
  if (!thread.in_call()) {
    return LOCKSTEP_REAL(gettimeofday)(time, zone);
  }
  const std::int64_t now_ns = lockstep::cell::wall_ns(*thread.cell);
  time->tv_sec = now_ns / 1000000000;
  time->tv_usec = now_ns % 1000000000 / 1000;
  return 0;
}

LOCKSTEP_EXPORT std::int64_t lockstep_monotonic_ns() {
  if (const auto& thread = lockstep::shim::this_thread(); thread.in_call()) {
    return lockstep::cell::monotonic_ns(*thread.cell);
  }
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}
