#pragma once

#include <stdint.h>

// The C ABI of the actor library: what a program in any language needs to take part in scripts. liblockstep_actor.so
// finds the cell through its environment, so a process that an actor starts has only to pass its environment on.
//
// A thread that acts attaches once and then, until it is told to leave, waits for its next command, does it, and says
// what came of it. Between lockstep_actor_next() and lockstep_actor_done() it is the only one of its script that runs.
// Every string is UTF-8 and ends in a zero byte; what is too long for its place is cut.
// NOLINTBEGIN(readability-identifier-naming): names as C has them
#ifdef __cplusplus
extern "C" {
#endif

enum { LOCKSTEP_HOST_PARTY = 64, LOCKSTEP_LOCKS_PER_KIND = 8 };  // locks 0-7 are Locks, 8-15 RLocks

enum lockstep_command_kind {
  LOCKSTEP_CALL = 1,       // make `call` on `lock`, in a fresh state as far as `reset` says
  LOCKSTEP_SIGNAL,         // run in this thread the handler that returns, or, if `raises`, the one that raises
  LOCKSTEP_START_THREAD,   // start a thread that attaches as `party`
  LOCKSTEP_START_PROCESS,  // start a process whose main thread attaches as `party`
  LOCKSTEP_FORK,           // fork; the child attaches as `party` and goes on
  LOCKSTEP_EXIT,           // lockstep_actor_leave(), then end this thread; its process, if it is the main thread
  LOCKSTEP_RENEW_LOCKS,    // host only: reap every process that it started and make a new pool of locks
};

// Bits of lockstep_command.reset: the first call of a script on a lock finds it as it was when it was made.
enum {
  LOCKSTEP_RESET_SHARED = 1,  // what processes share of it
  LOCKSTEP_RESET_OWN = 2,     // what this process alone believes of it
};

enum lockstep_outcome {
  LOCKSTEP_TRUE,
  LOCKSTEP_FALSE,
  LOCKSTEP_NONE,
  LOCKSTEP_VALUE,   // text: the object's repr
  LOCKSTEP_RAISED,  // text: the exception as Python spells it, ValueError("message")
};

struct lockstep_command {
  uint32_t kind;
  uint32_t lock;
  uint32_t reset;
  uint32_t party;
  uint32_t raises;
  const char* call;  // "acquire(True, timeout=0.5)", "release()", "with raises", "repr()"
};

// The calling thread is `party` from now on. `started_by_step`: a script's step started its process, in the middle of
// that script. Returns 0, or -1 if the environment names no cell or there is no such party.
int lockstep_actor_attach(int party, int started_by_step);

// Waits for this thread's next command; it stays valid until the next call. An interpreter's lock must not be held
// meanwhile: whose turn it is may be another thread of this process.
const struct lockstep_command* lockstep_actor_next(void);

// What the command came to. `text` may be null where the outcome needs none.
void lockstep_actor_done(int outcome, const char* text);

// Before lockstep_actor_done(): the party that was to be started lives, in the process `pid`.
void lockstep_actor_started(int party, int pid);

// The last that this thread says, after LOCKSTEP_EXIT.
void lockstep_actor_leave(void);

// The host's account of the implementation, before it attaches. `unreachable` says why virtual time does not reach its
// locks; empty if it does. `reaches_semlock`: they are made of multiprocessing's semaphores, whose ways they inherit.
void lockstep_actor_announce(int has_lock, int has_rlock, int reaches_semlock, const char* unreachable,
                             const char* version, const char* python_version);

// This process can't go on, and why: a failure of the adapter, no outcome of a call.
void lockstep_actor_fail(const char* reason);

// Whether the shim was loaded into this process: without it nothing is reached by virtual time.
int lockstep_actor_has_shim(void);

// Whether the address is that of a semaphore which the shim answers for.
int lockstep_actor_in_cell(unsigned long long address);

#ifdef __cplusplus
}
#endif
// NOLINTEND(readability-identifier-naming)
