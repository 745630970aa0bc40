#pragma once

#include "harness/cell/layout.h"

namespace lockstep::cell {

// Gives every semaphore its first value again. REQUIRES: nobody waits for one.
void reset_semaphores(Cell& cell);

}  // namespace lockstep::cell
