#pragma once

#include "harness/cell/layout.h"

// The cell's table of named semaphores, which processes fill as they call sem_open().
namespace lockstep::shim {

// What sem_open(3) would come to, for a name that the cell knows or is to know.
struct Opened {
  enum class How { kOpened, kFailed, kElsewhere } how;  // kFailed: errno is set; kElsewhere: ask the C library
  int index;
};
[[nodiscard]] Opened open(const char* name, int flags, unsigned value);

// sem_unlink(3): false if the cell does not know the name.
[[nodiscard]] bool unlink(const char* name);

}  // namespace lockstep::shim
