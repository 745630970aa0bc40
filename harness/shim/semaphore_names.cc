#include "harness/shim/semaphore_names.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>

#include "harness/cell/region.h"

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

}  // namespace

Opened open(const char* name, int flags, unsigned value) {
  auto* const cell = cell::from_environment();
  if (cell == nullptr) {
    return {Opened::How::kElsewhere, -1};
  }
  int index = find(*cell, name);
  if (index >= 0 && (flags & O_CREAT) && (flags & O_EXCL)) {
    errno = EEXIST;
    return {Opened::How::kFailed, -1};
  }
  if (index < 0 && (flags & O_CREAT) == 0) {
    return {Opened::How::kElsewhere, -1};
  }
  index = index < 0 ? create(*cell, name, value) : index;
  return {index < 0 ? Opened::How::kFailed : Opened::How::kOpened, index};
}

bool unlink(const char* name) {
  auto* const cell = cell::from_environment();
  const int index = cell == nullptr ? -1 : find(*cell, name);
  if (index >= 0) {
    cell->semaphores[index].linked = 0;
  }
  return index >= 0;
}

}  // namespace lockstep::shim
