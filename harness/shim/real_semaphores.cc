#include <cstdarg>

#include <fcntl.h>
#include <semaphore.h>

#include "harness/cell/region.h"
#include "harness/shim/real.h"
#include "harness/shim/semaphore_names.h"

// Named semaphores whose bytes lie in the cell but are the C library's: all else that is done to them goes to it.

LOCKSTEP_EXPORT int sem_close(sem_t* semaphore) {
  const auto* const cell = lockstep::cell::from_environment();
  const bool ours = cell != nullptr && reinterpret_cast<std::uintptr_t>(semaphore) -
                                               reinterpret_cast<std::uintptr_t>(cell->real_semaphores) <
                                           sizeof cell->real_semaphores;
  return ours ? 0 : LOCKSTEP_REAL(sem_close)(semaphore);
}

LOCKSTEP_EXPORT int sem_unlink(const char* name) {
  return lockstep::shim::unlink(name) ? 0 : LOCKSTEP_REAL(sem_unlink)(name);
}

LOCKSTEP_EXPORT sem_t* sem_open(const char* name, int flags, ...) {
  mode_t mode = 0;
  unsigned value = 0;
  if (flags & O_CREAT) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    value = va_arg(arguments, unsigned);
    va_end(arguments);
  }
  using How = lockstep::shim::Opened::How;
  const auto [how, index] = lockstep::shim::open(name, flags, value);
  if (how == How::kElsewhere) {
    return LOCKSTEP_REAL(sem_open)(name, flags, mode, value);
  }
  return how == How::kFailed ? SEM_FAILED : &lockstep::cell::from_environment()->real_semaphores[index];
}
