#include "impl/python/sem_lock.h"

#include <array>
#include <utility>

#include "impl/python/edition.h"
#include "impl/python/lock_methods.h"

namespace lockstep::impl {
namespace {

constexpr int kRecursiveMutex = 0;  // multiprocessing's numbers for the kinds
constexpr int kSemaphore = 1;

struct SemLockObject {
  LockObject<AnyLock> base;
  PyObject* name;  // Null if the lock has none.
};

SemLockObject& whole(PyObject* self) { return *reinterpret_cast<SemLockObject*>(self); }

// Finishes the object of one lock. `place` is where its slot is; none for a semaphore that has a name.
template <class L, class... Arguments>
PyObject* finish(PyObject* self, Arena::Place place, Arguments&&... arguments) {
  LockObject<AnyLock>& made = whole(self).base;
  new (&made.place) Arena::Place(std::move(place));
  new (&made.lock) AnyLock(std::in_place_type<L>, std::forward<Arguments>(arguments)...);
  return self;
}

PyObject* make_lock(PyObject* self, int kind, int value) {
  Arena::Place place = arena().allocate();
  auto& slot = *reinterpret_cast<Slot<FutexPlatform>*>(place.address());
  if (value == 0) {
    static_cast<void>(Lock<FutexPlatform>(slot).try_acquire());  // It is fresh, so this takes it, for nobody.
  }
  return kind == kRecursiveMutex ? finish<PythonRLock>(self, std::move(place), slot)
                                 : finish<PythonLock>(self, std::move(place), slot);
}

PyObject* make_semaphore(PyObject* self, int kind, int value, int value_max) {
  Arena::Place place = arena().allocate();
  static_assert(sizeof(sem_t) <= Arena::kSlotSize);
  auto* shared = reinterpret_cast<sem_t*>(place.address());
  sem_init(shared, 1, static_cast<unsigned>(value));
  return finish<Semaphore>(self, std::move(place), shared, kind == kRecursiveMutex, value_max);
}

// `open` returns the sem_t of that name, or throws.
template <class Open>
PyObject* make_named(PyObject* self, Open open, int kind, int value_max, const char* name) {
  whole(self).name = PyUnicode_FromString(name);
  return whole(self).name == nullptr ? nullptr
                                     : finish<Semaphore>(self, {}, open(), kind == kRecursiveMutex, value_max);
}

// An object of the type, finished by `make` from its memory, which it leaves unfinished if it fails.
template <class Make>
PyObject* new_sem_lock(PyObject* type, int kind, Make make) {
  if (kind != kRecursiveMutex && kind != kSemaphore) {
    PyErr_SetString(PyExc_ValueError, "unrecognized kind");
    return nullptr;
  }
  auto* actual = reinterpret_cast<PyTypeObject*>(type);
  PyObject* self = actual->tp_alloc(actual, 0);
  if (self == nullptr) {
    return nullptr;
  }
  PyObject* made = or_os_error([&] { return make(self); });
  if (made == nullptr) {
    Py_XDECREF(whole(self).name);
    actual->tp_free(self);
    Py_DECREF(type);
  }
  return made;
}

// SemLock(kind, value, maxvalue, name, unlink)
PyObject* sem_lock_new(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  static std::array<char*, 6> names{const_cast<char*>("kind"),     const_cast<char*>("value"),
                                    const_cast<char*>("maxvalue"), const_cast<char*>("name"),
                                    const_cast<char*>("unlink"),   nullptr};
  int kind = 0;
  int value = 0;
  int value_max = 0;
  const char* name = nullptr;
  int unlink = 0;
  const char* format = edition() >= 12 ? "iiisp:SemLock" : edition() >= 10 ? "iiisi:SemLock" : "iiisi";
  if (PyArg_ParseTupleAndKeywords(args, keywords, format, names.data(), &kind, &value, &value_max, &name, &unlink) ==
      0) {
    return nullptr;
  }
  return new_sem_lock(reinterpret_cast<PyObject*>(type), kind, [=](PyObject* self) {
    if (unlink == 0) {
      return make_named(
          self, [=] { return create_named(name, value); }, kind, value_max, name);
    }
    check_creatable(name, value);
    return value_max == 1 && value <= 1 ? make_lock(self, kind, value) : make_semaphore(self, kind, value, value_max);
  });
}

// _rebuild(handle, kind, maxvalue, name). The handle was an address in the process that pickled it.
PyObject* sem_lock_rebuild(PyObject* type, PyObject* args) {
  Py_ssize_t handle = 0;
  int kind = 0;
  int value_max = 0;
  const char* name = nullptr;
  if (PyArg_ParseTuple(args, "niiz:_rebuild", &handle, &kind, &value_max, &name) == 0) {
    return nullptr;
  }
  if (name == nullptr) {
    PyObject* support = support_module();
    return support == nullptr ? nullptr : PyObject_CallMethod(support, "refuse_nameless", nullptr);
  }
  return new_sem_lock(type, kind, [=](PyObject* self) {
    return make_named(
        self, [=] { return open_named(name); }, kind, value_max, name);
  });
}

void sem_lock_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  SemLockObject& dying = whole(self);
  if (dying.name != nullptr) {
    sem_close(dying.base.lock.shared());
    Py_DECREF(dying.name);
  }
  dying.base.lock.~AnyLock();
  if (dying.base.place.file != nullptr) {
    arena().release(std::move(dying.base.place));
  }
  dying.base.place.~Place();
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* get_sem_handle(PyObject* self, void* /*closure*/) {
  sem_t* shared = lock_of<AnyLock>(self).shared();
  return PyLong_FromVoidPtr(shared != nullptr ? static_cast<void*>(shared) : object<AnyLock>(self).place.address());
}

PyObject* get_sem_kind(PyObject* self, void* /*closure*/) {
  return PyLong_FromLong(lock_of<AnyLock>(self).recursive() ? kRecursiveMutex : kSemaphore);
}

PyObject* get_sem_maxvalue(PyObject* self, void* /*closure*/) {
  return PyLong_FromLong(lock_of<AnyLock>(self).value_max());
}

PyObject* get_sem_name(PyObject* self, void* /*closure*/) {
  PyObject* name = whole(self).name == nullptr ? Py_None : whole(self).name;
  Py_INCREF(name);
  return name;
}

PyObject* sem_lock_get_value(PyObject* self, PyObject* /*unused*/) {
  return PyLong_FromLong(lock_of<AnyLock>(self).value());
}

PyMethodDef* methods() {
  using L = AnyLock;
  static std::array<PyMethodDef, 12> table{{
      {"acquire", erased(lock_acquire<L>), kFast,
       "acquire($self, /, block=True, timeout=None)\n--\n\nAcquire the semaphore/lock."},
      {"release", erased(lock_release<L>), kFast, "release($self, /)\n--\n\nRelease the semaphore/lock."},
      {"__enter__", erased(lock_enter<L>), kFast, "__enter__($self, /)\n--\n\nEnter the semaphore/lock."},
      {"__exit__", erased(lock_exit<L>), kFast,
       "__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)\n--\n\nExit the semaphore/lock."},
      {"locked", lock_is_zero<L>, METH_NOARGS, "locked($self, /)\n--\n\nWhether the value is 0."},
      {"_is_zero", lock_is_zero<L>, METH_NOARGS, "Whether the value is 0."},
      {"_get_value", sem_lock_get_value, METH_NOARGS, "The value: how often it could be acquired now."},
      {"_count", lock_count<L>, METH_NOARGS, "How much oftener this process acquired it than it released it."},
      {"_is_mine", lock_is_mine<L>, METH_NOARGS, "Whether this thread acquired it last and holds it still."},
      {"_after_fork", lock_after_fork<L>, METH_NOARGS, "Forget that this process ever acquired it."},
      {"_rebuild", sem_lock_rebuild, METH_VARARGS | METH_CLASS,
       "The semaphore that has a name (handle, kind, maxvalue, name)."},
      {nullptr, nullptr, 0, nullptr},
  }};
  return table.data();
}

PyGetSetDef* attributes() {
  static std::array<PyGetSetDef, 5> table{{
      {"handle", get_sem_handle, refuse_to_set, "The address in this process.", nullptr},
      {"kind", get_sem_kind, refuse_to_set, "0 if recursive, else 1.", nullptr},
      {"maxvalue", get_sem_maxvalue, refuse_to_set, "The value beyond which it can't be released.", nullptr},
      {"name", get_sem_name, refuse_to_set, "The name in the system, or None.", nullptr},
      {nullptr, nullptr, nullptr, nullptr, nullptr},
  }};
  return table.data();
}

}  // namespace

PyObject* make_sem_lock_type() {
  std::array<PyType_Slot, 6> slots{{
      {Py_tp_new, reinterpret_cast<void*>(sem_lock_new)},
      {Py_tp_dealloc, reinterpret_cast<void*>(sem_lock_dealloc)},
      {Py_tp_methods, methods()},
      {Py_tp_getset, attributes()},
      {Py_tp_doc, const_cast<char*>("SemLock(kind, value, maxvalue, name, unlink)\n--\n\nSemaphore/Mutex type")},
      {0, nullptr},
  }};
  // It calls itself what it stands for, since that is what complaints and pickles name.
  PyType_Spec spec{"_multiprocessing.SemLock", sizeof(SemLockObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                   slots.data()};
  return PyType_FromSpec(&spec);
}

}  // namespace lockstep::impl
