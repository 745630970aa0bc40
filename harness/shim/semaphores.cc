#include <cerrno>

#include <semaphore.h>

#include "harness/cell/region.h"
#include "harness/shim/deadline.h"
#include "harness/shim/real.h"
#include "harness/shim/virtual_wait.h"

// POSIX semaphores, as sem_overview(7) and glibc 2.36's nptl/sem_*.c have them, in the cell. What is not in the cell,
// such as the interpreter's own semaphores, goes to the C library.
namespace lockstep::shim {
namespace {

using cell::Cell;
using cell::Semaphore;
using cell::Wake;

Semaphore* in_cell(sem_t* semaphore) {
  Cell* const cell = cell::from_environment();
  if (cell == nullptr) {
    return nullptr;
  }
  const auto offset = reinterpret_cast<std::uintptr_t>(semaphore) - reinterpret_cast<std::uintptr_t>(cell->semaphores);
  return offset < sizeof cell->semaphores ? reinterpret_cast<Semaphore*>(semaphore) : nullptr;
}

int fail(int error) {
  errno = error;
  return -1;
}

int wait_for(Semaphore& semaphore, std::int64_t deadline_ns) {
  ActorThread& thread = this_thread();
  if (semaphore.value > 0) {
    --semaphore.value;
    return 0;
  }
  if (!thread.in_call()) {
    return fail(EDEADLK);  // nobody would ever hand the baton to a thread that has none
  }
  if (deadline_ns <= cell::wall_ns(*thread.cell)) {
    return fail(ETIMEDOUT);
  }
  const auto key = static_cast<std::uint64_t>(&semaphore - thread.cell->semaphores);
  switch (wait(thread, key, deadline_ns, true)) {
    case Wake::kTimedOut:
      return fail(ETIMEDOUT);
    case Wake::kInterrupted:
      return fail(EINTR);
    case Wake::kGranted:
    case Wake::kCancelled:
      break;
  }
  return 0;
}

void point_if_in_call() {
  if (ActorThread& thread = this_thread(); thread.in_call()) {
    point(thread);
  }
}

}  // namespace
}  // namespace lockstep::shim

using lockstep::shim::fail;
using lockstep::shim::in_cell;

LOCKSTEP_EXPORT int sem_wait(sem_t* semaphore) {
  auto* const ours = in_cell(semaphore);
  return ours ? lockstep::shim::wait_for(*ours, lockstep::cell::kNever) : LOCKSTEP_REAL(sem_wait)(semaphore);
}

LOCKSTEP_EXPORT int sem_timedwait(sem_t* semaphore, const timespec* deadline) {
  auto* const ours = in_cell(semaphore);
  if (ours == nullptr) {
    return LOCKSTEP_REAL(sem_timedwait)(semaphore, deadline);
  }
  return lockstep::shim::valid(*deadline) ? lockstep::shim::wait_for(*ours, lockstep::shim::to_ns(*deadline))
                                          : fail(EINVAL);
}

LOCKSTEP_EXPORT int sem_trywait(sem_t* semaphore) {
  auto* const ours = in_cell(semaphore);
  if (ours == nullptr) {
    return LOCKSTEP_REAL(sem_trywait)(semaphore);
  }
  lockstep::shim::point_if_in_call();
  if (ours->value <= 0) {
    return fail(EAGAIN);
  }
  --ours->value;
  return 0;
}

LOCKSTEP_EXPORT int sem_post(sem_t* semaphore) {
  auto* const ours = in_cell(semaphore);
  if (ours == nullptr) {
    return LOCKSTEP_REAL(sem_post)(semaphore);
  }
  lockstep::shim::point_if_in_call();
  if (ours->value == INT32_MAX) {
    return fail(EOVERFLOW);
  }
  ++ours->value;
  return 0;
}

LOCKSTEP_EXPORT int sem_getvalue(sem_t* semaphore, int* value) {
  auto* const ours = in_cell(semaphore);
  if (ours == nullptr) {
    return LOCKSTEP_REAL(sem_getvalue)(semaphore, value);
  }
  lockstep::shim::point_if_in_call();
  *value = ours->value;
  return 0;
}

LOCKSTEP_EXPORT int sem_close(sem_t* semaphore) { return in_cell(semaphore) ? 0 : LOCKSTEP_REAL(sem_close)(semaphore); }
