#include <cerrno>
#include <cstdarg>
#include <cstring>

#include <fcntl.h>
#include <semaphore.h>

#include "harness/cell/region.h"
#include "harness/shim/real.h"

// The cell's table of named semaphores, which processes fill as they call sem_open(3).
namespace lockstep::shim {
namespace {

int find(const cell::Cell& cell, const char* name) {
  const std::uint32_t used = cell.semaphores_used.load();
  for (std::uint32_t index = 0; index < used; ++index) {
    if (cell.semaphores[index].linked && std::strcmp(cell.semaphore_names[index], name) == 0) {
      return static_cast<int>(index);
    }
  }
  return -1;
}

// -1 with errno set if there is no place, or the name is too long.
int create(cell::Cell& cell, const char* name, unsigned value) {
  const std::uint32_t index = cell.semaphores_used.fetch_add(1);
  if (index >= cell::kSemaphoresMax || std::strlen(name) >= sizeof cell.semaphore_names[0]) {
    cell.semaphores_used.store(cell::kSemaphoresMax);
    errno = ENOSPC;
    return -1;
  }
  std::strcpy(cell.semaphore_names[index], name);
  const auto initial = static_cast<std::int32_t>(value);
  cell.semaphores[index] = {initial, initial, 1, 1, {}};
  if (cell.mode != cell::Mode::kVirtual) {
    sem_init(&cell.real_semaphores[index], 1, value);
  }
  return static_cast<int>(index);
}

// Where implementations find it. The C library's semaphores lie beside the cell's own.
sem_t* address_of(cell::Cell& cell, int index) {
  return cell.mode == cell::Mode::kVirtual ? reinterpret_cast<sem_t*>(&cell.semaphores[index])
                                           : &cell.real_semaphores[index];
}

}  // namespace
}  // namespace lockstep::shim

namespace cell = lockstep::cell;
namespace shim = lockstep::shim;

LOCKSTEP_EXPORT int sem_unlink(const char* name) {
  auto* const cell = cell::from_environment();
  const int index = cell == nullptr ? -1 : shim::find(*cell, name);
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
  auto* const cell = cell::from_environment();
  int index = cell == nullptr ? -1 : shim::find(*cell, name);
  if (cell == nullptr || (index < 0 && (flags & O_CREAT) == 0)) {
    return LOCKSTEP_REAL(sem_open)(name, flags, mode, value);
  }
  if (index >= 0 && (flags & O_CREAT) && (flags & O_EXCL)) {
    errno = EEXIST;
    return SEM_FAILED;
  }
  index = index < 0 ? shim::create(*cell, name, value) : index;
  return index < 0 ? SEM_FAILED : shim::address_of(*cell, index);
}
