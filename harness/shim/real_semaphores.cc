#include <semaphore.h>

#include "harness/cell/region.h"
#include "harness/shim/real.h"

// Named semaphores whose bytes lie in the cell but are the C library's: all else that is done to them goes to it.

LOCKSTEP_EXPORT int sem_close(sem_t* semaphore) {
  const auto* const cell = lockstep::cell::from_environment();
  const bool ours = cell != nullptr && reinterpret_cast<std::uintptr_t>(semaphore) -
                                               reinterpret_cast<std::uintptr_t>(cell->real_semaphores) <
                                           sizeof cell->real_semaphores;
  return ours ? 0 : LOCKSTEP_REAL(sem_close)(semaphore);
}
