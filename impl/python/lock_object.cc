#include "impl/python/lock_object.h"

#include <cmath>

#include "impl/platform/deadline.h"
#include "impl/python/arguments.h"
#include "impl/python/sem_lock.h"

namespace lockstep::impl {
namespace {

PyObject* truth(bool value) {
  PyObject* result = value ? Py_True : Py_False;
  Py_INCREF(result);
  return result;
}

// Sleeps without the GIL until the lock is had or the deadline passes. Signal handlers run in between; the deadline is
// kept, as PEP 475 asks.
template <class L>
PyObject* wait(L& lock, std::int64_t deadline_ns) {
  for (;;) {
    PyThreadState* thread = PyEval_SaveThread();
    const Acquire result = lock.wait(deadline_ns);
    PyEval_RestoreThread(thread);
    if (result == Acquire::kAcquired) {
      lock.took();
      Py_RETURN_TRUE;
    }
    if (result == Acquire::kTimedOut) {
      Py_RETURN_FALSE;
    }
    if (PyErr_CheckSignals() != 0) {
      return nullptr;
    }
  }
}

// The lock was not free and the caller wants to wait. The clock is read here at the earliest.
template <class L>
PyObject* wait_for(L& lock, bool timed, double seconds) {
  constexpr std::int64_t kLong_ns = 3'200'000;  // 32 times the longest spin
  std::int64_t deadline_ns = kNoDeadline;
  bool long_enough = true;
  if (timed) {
    if (std::isnan(seconds)) {
      PyErr_SetString(PyExc_ValueError, "timeout must not be NaN");
      return nullptr;
    }
    const std::int64_t duration_ns = timeout_ns(seconds);
    if (duration_ns == 0) {
      Py_RETURN_FALSE;
    }
    long_enough = duration_ns >= kLong_ns;
    if (duration_ns != kNoDeadline) {
      deadline_ns = deadline_after(lock.platform().now_ns(), duration_ns);
    }
  }
  // If another thread of this process has the lock it may need the GIL to release it, so spinning with the GIL is vain.
  // If it was this thread that took it last, another process is to release it.
  // Nor does it pay in a wait of which spinning at length would be a good part.
  const bool alone = lock.count() <= 0 || lock.mine();
  if (alone && long_enough && lock.spin()) {
    Py_RETURN_TRUE;
  }
  return wait(lock, deadline_ns);
}

}  // namespace

Arena& arena() {
  static auto* const instance = new Arena;
  return *instance;
}

PyObject* support_module() {
  static PyObject* module = nullptr;
  if (module == nullptr) {
    module = PyImport_ImportModule("lockstep._support");
  }
  return module;
}

// The order is CPython's: ownership, then the timeout (its errors surface even if it is not needed), then the lock.
template <class L>
PyObject* acquire(L& lock, bool block, PyObject* timeout) {
  const Acquire again = lock.reenter();
  if (again == Acquire::kAcquired) {
    Py_RETURN_TRUE;
  }
  if (again == Acquire::kOverflow) {
    PyErr_SetString(PyExc_OverflowError, "recursive lock acquired too many times");
    return nullptr;
  }
  double seconds = 0.0;
  if (timeout != nullptr && !parse_timeout(timeout, seconds)) {
    return nullptr;
  }
  // A look at a held lock is cheaper than an attempt, and says the same.
  const bool acquired = (block || lock.is_free()) && lock.try_acquire();
  return acquired || !block ? truth(acquired) : wait_for(lock, timeout != nullptr, seconds);
}

template <class L>
PyObject* release(L& lock) {
  switch (lock.release()) {
    case Release::kReleased:
      Py_RETURN_NONE;
    case Release::kNotHeld:
      PyErr_SetString(PyExc_ValueError, "semaphore or lock released too many times");
      return nullptr;
    case Release::kNotOwned:
      PyErr_SetString(PyExc_AssertionError, "attempt to release recursive lock not owned by thread");
      return nullptr;
  }
  Py_UNREACHABLE();
}

template PyObject* acquire(PythonLock&, bool, PyObject*);
template PyObject* acquire(PythonRLock&, bool, PyObject*);
template PyObject* acquire(AnyLock&, bool, PyObject*);
template PyObject* release(PythonLock&);
template PyObject* release(PythonRLock&);
template PyObject* release(AnyLock&);

}  // namespace lockstep::impl
