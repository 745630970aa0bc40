#include <cerrno>
#include <cstdarg>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/time.h>

#include "harness/cell/region.h"
#include "harness/shim/actor_thread.h"

// POSIX semaphores, as sem_overview(7) and glibc 2.36's nptl/sem_*.c have them, in the cell. What is not in the cell,
// such as the interpreter's own semaphores, goes to the C library.
namespace lockstep::shim {
namespace {

using cell::Cell;
using cell::Semaphore;
using cell::Wake;

// The C library's own function, looked up once.
#define LOCKSTEP_REAL(function)                                                                    \
  ([] {                                                                                            \
    static const auto next = reinterpret_cast<decltype(&::function)>(dlsym(RTLD_NEXT, #function)); \
    return next;                                                                                   \
  }())

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

int find(const Cell& cell, const char* name) {
  const std::uint32_t used = cell.semaphores_used.load();
  for (std::uint32_t index = 0; index < used; ++index) {
    if (cell.semaphores[index].linked && std::strcmp(cell.semaphore_names[index], name) == 0) {
      return static_cast<int>(index);
    }
  }
  return -1;
}

sem_t* create(Cell& cell, const char* name, unsigned value) {
  const std::uint32_t index = cell.semaphores_used.fetch_add(1);
  if (index >= cell::kSemaphoresMax || std::strlen(name) >= sizeof cell.semaphore_names[0]) {
    cell.semaphores_used.store(cell::kSemaphoresMax);
    errno = ENOSPC;
    return SEM_FAILED;
  }
  std::strcpy(cell.semaphore_names[index], name);
  const auto initial = static_cast<std::int32_t>(value);
  cell.semaphores[index] = {initial, initial, 1, 1, {}};
  return reinterpret_cast<sem_t*>(&cell.semaphores[index]);
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

// glibc looks at tv_nsec first; a time before 1970 has passed.
bool valid(const timespec& time) { return time.tv_nsec >= 0 && time.tv_nsec < 1000000000; }

std::int64_t to_ns(const timespec& time) {
  std::int64_t seconds_ns = 0;
  std::int64_t sum_ns = 0;
  if (time.tv_sec < 0) {
    return 0;
  }
  const bool overflow = __builtin_mul_overflow(time.tv_sec, std::int64_t{1000000000}, &seconds_ns) ||
                        __builtin_add_overflow(seconds_ns, time.tv_nsec, &sum_ns);
  return overflow ? cell::kNever : sum_ns;
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

#define LOCKSTEP_EXPORT extern "C" __attribute__((visibility("default")))

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

LOCKSTEP_EXPORT int sem_unlink(const char* name) {
  auto* const cell = lockstep::cell::from_environment();
  const int index = cell ? lockstep::shim::find(*cell, name) : -1;
  if (index < 0) {
    return LOCKSTEP_REAL(sem_unlink)(name);
  }
  cell->semaphores[index].linked = 0;
  return 0;
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
  auto* const cell = lockstep::cell::from_environment();
  if (cell == nullptr) {
    return LOCKSTEP_REAL(sem_open)(name, flags, mode, value);
  }
  const int index = lockstep::shim::find(*cell, name);
  if (index >= 0 && (flags & O_CREAT) && (flags & O_EXCL)) {
    errno = EEXIST;
    return SEM_FAILED;
  }
  if (index >= 0) {
    return reinterpret_cast<sem_t*>(&cell->semaphores[index]);
  }
  return flags & O_CREAT ? lockstep::shim::create(*cell, name, value)
                         : LOCKSTEP_REAL(sem_open)(name, flags, mode, value);
}

// CPython reckons its deadlines from here. Only inside a call, or the interpreter's own locks would see two clocks.
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
