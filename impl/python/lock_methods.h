#pragma once

#include "impl/python/lock_object.h"

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "impl/python/arguments.h"
#include "impl/python/bound_method.h"

// What the methods and attributes of a lock do. Each takes the lock as `self` and returns a new reference, or null with
// an exception set, as the interpreter wants it.
namespace lockstep::impl {

// The numbers by which multiprocessing knows the kinds: RECURSIVE_MUTEX and SEMAPHORE.
template <class L>
constexpr long kKind = L::kRecursive ? 0 : 1;

// The interpreter casts it back, by the flags.
inline PyCFunction erased(Fast function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

inline constexpr int kFast = METH_FASTCALL | METH_KEYWORDS;

template <class L>
LockObject<L>& object(PyObject* self) {
  return *reinterpret_cast<LockObject<L>*>(self);
}

template <class L>
L& lock_of(PyObject* self) {
  return object<L>(self).lock;
}

// A kernel's refusal becomes an OSError, whatever `make` does otherwise.
template <class Make>
PyObject* or_os_error(Make make) {
  try {
    return make();
  } catch (const std::system_error& error) {
    errno = error.code().value();
    return PyErr_SetFromErrno(PyExc_OSError);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

template <class L>
PyObject* new_object(PyTypeObject* type, Arena::Place place) {
  PyObject* self = type->tp_alloc(type, 0);
  if (self == nullptr) {
    arena().release(std::move(place));
    return nullptr;
  }
  LockObject<L>& made = object<L>(self);
  auto* slot = reinterpret_cast<Slot<FutexPlatform>*>(place.address());
  new (&made.place) Arena::Place(std::move(place));
  new (&made.lock) L(*slot);
  made.fork_context = false;
  made.uses = 0;
  return self;
}

template <class L>
PyObject* lock_acquire(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  AcquireArguments parsed;
  const bool plain = count == 0 && keywords == nullptr;
  if (!plain && !parse_acquire(args, count, keywords, parsed)) {
    return nullptr;
  }
  return acquire(lock_of<L>(self), parsed.block, parsed.timeout);
}

template <class L>
PyObject* lock_release(PyObject* self, PyObject* const* /*args*/, Py_ssize_t count, PyObject* keywords) {
  return parse_nothing("release", count, keywords) ? release(lock_of<L>(self)) : nullptr;
}

// In C, so that no signal handler runs between the acquisition and the body of the with statement.
template <class L>
PyObject* lock_enter(PyObject* self, PyObject* const* /*args*/, Py_ssize_t count, PyObject* keywords) {
  return parse_enter(count, keywords) ? acquire(lock_of<L>(self), true, nullptr) : nullptr;
}

template <class L>
PyObject* lock_exit(PyObject* self, PyObject* const* /*args*/, Py_ssize_t count, PyObject* keywords) {
  return parse_exit(count, keywords) ? release(lock_of<L>(self)) : nullptr;
}

template <class L>
PyObject* lock_is_zero(PyObject* self, PyObject* /*unused*/) {
  return PyBool_FromLong(lock_of<L>(self).is_free() ? 0 : 1);
}

template <class L>
PyObject* lock_get_value(PyObject* self, PyObject* /*unused*/) {
  return PyLong_FromLong(lock_of<L>(self).is_free() ? 1 : 0);
}

template <class L>
PyObject* lock_count(PyObject* self, PyObject* /*unused*/) {
  return PyLong_FromLong(lock_of<L>(self).count());
}

template <class L>
PyObject* lock_is_mine(PyObject* self, PyObject* /*unused*/) {
  return PyBool_FromLong(lock_of<L>(self).mine() ? 1 : 0);
}

template <class L>
PyObject* lock_after_fork(PyObject* self, PyObject* /*unused*/) {
  lock_of<L>(self).forget();
  Py_RETURN_NONE;
}

template <class L>
PyObject* lock_sleepers(PyObject* self, PyObject* /*unused*/) {
  return PyLong_FromUnsignedLong(lock_of<L>(self).sleepers());
}

// Where another process finds the lock: (file descriptor, offset). From now on the slot is not reused.
template <class L>
PyObject* lock_export(PyObject* self, PyObject* /*unused*/) {
  Arena::Place& place = object<L>(self).place;
  place.exported = true;
  return Py_BuildValue("in", place.descriptor(), static_cast<Py_ssize_t>(place.offset()));
}

template <class L>
PyObject* lock_attach(PyObject* type, PyObject* args) {
  int descriptor = -1;
  Py_ssize_t offset = 0;
  if (PyArg_ParseTuple(args, "in:_attach", &descriptor, &offset) == 0) {
    return nullptr;
  }
  return or_os_error([=] {
    auto* actual = reinterpret_cast<PyTypeObject*>(type);
    return new_object<L>(actual, arena().attach(descriptor, static_cast<std::size_t>(offset)));
  });
}

// What Lock(ctx=context) makes, where it is known already whether the context is for forked processes only: asking it
// takes longer than all else, as does any step through Python.
template <class L, bool kForFork>
PyObject* lock_make(PyObject* type, PyObject* /*unused*/) {
  return or_os_error([=] {
    PyObject* made = new_object<L>(reinterpret_cast<PyTypeObject*>(type), arena().allocate());
    if (made != nullptr) {
      object<L>(made).fork_context = kForFork;
    }
    return made;
  });
}

template <class L>
PyObject* ask_support(const char* function, PyObject* self) {
  PyObject* support = support_module();
  return support == nullptr ? nullptr : PyObject_CallMethod(support, function, "O", self);
}

template <class L>
PyObject* lock_reduce(PyObject* self, PyObject* /*unused*/) {
  return ask_support<L>("reduce_lock", self);
}

template <class L>
PyObject* lock_repr(PyObject* self) {
  return ask_support<L>(L::kRecursive ? "describe_rlock" : "describe_lock", self);
}

// What isinstance() asks where the type is not enough: a program may look for multiprocessing's classes.
template <class L>
PyObject* get_class(PyObject* self, void* /*closure*/) {
  return ask_support<L>("class_of", self);
}

// multiprocessing's locks wrap a SemLock object; here they are one.
inline PyObject* get_semlock(PyObject* self, void* /*closure*/) {
  Py_INCREF(self);
  return self;
}

template <class L>
PyObject* get_handle(PyObject* self, void* /*closure*/) {
  return PyLong_FromVoidPtr(object<L>(self).place.address());
}

template <class L>
PyObject* get_kind(PyObject* /*self*/, void* /*closure*/) {
  return PyLong_FromLong(kKind<L>);
}

inline PyObject* get_maxvalue(PyObject* /*self*/, void* /*closure*/) { return PyLong_FromLong(1); }

// The lock has no name anywhere, in any context.
inline PyObject* get_name(PyObject* /*self*/, void* /*closure*/) { Py_RETURN_NONE; }

template <class L>
PyObject* get_fork_context(PyObject* self, void* /*closure*/) {
  return PyBool_FromLong(object<L>(self).fork_context ? 1 : 0);
}

inline int refuse_to_set(PyObject* /*self*/, PyObject* /*value*/, void* /*closure*/) {
  PyErr_SetString(PyExc_AttributeError, "readonly attribute");
  return -1;
}

}  // namespace lockstep::impl
