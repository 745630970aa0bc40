#pragma once

#include "harness/cell/layout.h"

// Who waits for what, and who may go on.
namespace lockstep::cell {

// No thread of its process is parked at a kPoint with the interpreter's lock held, other than itself, and the process
// is not stopped.
[[nodiscard]] bool interpreter_is_free(const Cell& cell, int party);

// It is blocked on a semaphore whose value is positive.
[[nodiscard]] bool can_be_granted(const Cell& cell, int party);

// Takes the value of the semaphore that it waits for. REQUIRES: can_be_granted().
void take_value(Cell& cell, int party);

// Makes the party ready to run and returns it.
int resume(Cell& cell, int party);

// A party that can go on without a new step: woken ones first, then a waiter of a semaphore with a positive value, then
// the earliest deadline that has passed, then, if the script is over, anyone still blocked (cancelled). -1 if none.
[[nodiscard]] int next_runnable(Cell& cell);

// The process goes on after a stop, during which the kernel woke none of its threads: each looks again at what it waits
// for, and queues up behind the others if it must.
void wait_again(Cell& cell, int process);

// When the wait of a blocked party ends by itself, rounded up to the tick of one microsecond; kNever if it does not
// wait, or for ever, or its process is stopped.
[[nodiscard]] std::int64_t expiry_ns(const Cell& cell, int party);

// The earliest time at which a waiter's deadline will have passed, rounded up to the tick of one microsecond; kNever.
[[nodiscard]] std::int64_t next_expiry_ns(const Cell& cell);

}  // namespace lockstep::cell
