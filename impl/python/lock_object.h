#pragma once

#include "impl/python/python.h"

#include "impl/lock/counted_lock.h"
#include "impl/lock/rlock.h"
#include "impl/platform/arena.h"
#include "impl/platform/futex_platform.h"

namespace lockstep::impl {

using PythonLock = CountedLock<FutexPlatform>;
using PythonRLock = RLock<FutexPlatform>;

// What the interpreter finds by its offset.
struct ObjectHead {
  PyObject_HEAD
  PyObject* dict;
  PyObject* weak_references;
};

// The Python object of one lock in one process. All of it is guarded by the GIL, except the shared slot.
template <class L>
struct LockObject {
  ObjectHead head;
  Arena::Place place;
  [[no_unique_address]] L lock;
  bool fork_context;  // multiprocessing refuses to send such a lock to a spawned process.
  std::uint8_t uses;  // see prepare_lookups()
};

// The arena of this process. It is never destroyed: locks may be freed while the interpreter shuts down.
[[nodiscard]] Arena& arena();

// The module lockstep._support (borrowed), or null with an exception set. It is imported when it is first needed, since
// it needs multiprocessing.
[[nodiscard]] PyObject* support_module();

// acquire() and release() as Python sees them: a new reference, or null with an exception set.
template <class L>
[[nodiscard]] PyObject* acquire(L& lock, bool block, PyObject* timeout);
template <class L>
[[nodiscard]] PyObject* release(L& lock);

// The types lockstep.Lock and lockstep.RLock, and the one to put in the place of _multiprocessing.SemLock: new
// references, or null with an exception set.
[[nodiscard]] PyObject* make_lock_type();
[[nodiscard]] PyObject* make_rlock_type();
[[nodiscard]] PyObject* make_sem_lock_type();

}  // namespace lockstep::impl
