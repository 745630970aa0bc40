#include "impl/python/lock_object.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "impl/python/lock_doc.h"
#include "impl/python/lock_methods.h"

namespace lockstep::impl {
namespace {

template <class L>
PyObject* lock_new(PyTypeObject* type, PyObject* /*args*/, PyObject* /*keywords*/) {
  return or_os_error([type] { return new_object<L>(type, arena().allocate()); });
}

// Lock(*, ctx=None). The context only decides to which processes the lock may be sent.
template <class L>
int lock_init(PyObject* self, PyObject* args, PyObject* keywords) {
  static std::array<char*, 2> names{const_cast<char*>("ctx"), nullptr};
  PyObject* context = Py_None;
  const char* format = L::kRecursive ? "|$O:RLock" : "|$O:Lock";
  const bool bare = PyTuple_GET_SIZE(args) == 0 && keywords == nullptr;
  if (!bare && PyArg_ParseTupleAndKeywords(args, keywords, format, names.data(), &context) == 0) {
    return -1;
  }
  static PyObject* const name = PyUnicode_InternFromString("is_fork_context");
  PyObject* support = support_module();
  PyObject* answer =
      support == nullptr || name == nullptr ? nullptr : PyObject_CallMethodObjArgs(support, name, context, nullptr);
  if (answer == nullptr) {
    return -1;
  }
  object<L>(self).fork_context = answer == Py_True;
  Py_DECREF(answer);
  return 0;
}

template <class L>
int lock_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(object<L>(self).head.dict);
#if PY_VERSION_HEX >= 0x03090000
  Py_VISIT(Py_TYPE(self));  // Before 3.9 the collector did not want to hear of heap types.
#endif
  return 0;
}

template <class L>
int lock_clear(PyObject* self) {
  Py_CLEAR(object<L>(self).head.dict);
  return 0;
}

template <class L>
void lock_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  LockObject<L>& dying = object<L>(self);
  if (dying.head.weak_references != nullptr) {
    PyObject_ClearWeakRefs(self);
  }
  Py_CLEAR(dying.head.dict);
  dying.lock.~L();
  arena().release(std::move(dying.place));
  dying.place.~Place();
  type->tp_free(self);
  Py_DECREF(type);
}

// Python 3.11 looks the methods of an object up faster once the object has its dict, be it empty; no other version
// does. A lock that is used again and again gets it.
template <class L>
void prepare_lookups([[maybe_unused]] PyObject* self) {
#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
  constexpr std::uint8_t kOften = 8;
  LockObject<L>& lock = object<L>(self);
  if (lock.head.dict == nullptr && ++lock.uses == kOften) [[unlikely]] {
    lock.head.dict = PyDict_New();
    PyErr_Clear();  // then without
    lock.uses = 0;
  }
#endif
}

template <class L>
PyObject* acquire_often(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  prepare_lookups<L>(self);
  return lock_acquire<L>(self, args, count, keywords);
}

template <class L>
constexpr const LockDoc& kDoc = L::kRecursive ? kRLockDoc : kLockDoc;

template <class L>
PyMethodDef* methods() {
  static std::array<PyMethodDef, 17> table{{
      {"acquire", erased(acquire_often<L>), kFast, kDoc<L>.acquire},
      {"release", erased(lock_release<L>), kFast, kDoc<L>.release},
      {"__enter__", erased(lock_enter<L>), kFast, kEnterDoc},
      {"__exit__", erased(lock_exit<L>), kFast, kExitDoc},
      {"locked", lock_is_zero<L>, METH_NOARGS, kLockedDoc},
      {"_is_zero", lock_is_zero<L>, METH_NOARGS, "Whether anybody holds the lock."},
      {"_get_value", lock_get_value<L>, METH_NOARGS, "1 if the lock is free, else 0."},
      {"_count", lock_count<L>, METH_NOARGS, "How much oftener this process acquired the lock than it released it."},
      {"_is_mine", lock_is_mine<L>, METH_NOARGS, "Whether this thread took the lock last and holds it still."},
      {"_after_fork", lock_after_fork<L>, METH_NOARGS, "Forget that this process ever acquired the lock."},
      {"_sleepers", lock_sleepers<L>, METH_NOARGS, "An upper bound of the threads, anywhere, that wait for the lock."},
      {"_export", lock_export<L>, METH_NOARGS, "Where another process finds the lock: file descriptor and offset."},
      {"_attach", lock_attach<L>, METH_VARARGS | METH_CLASS, "The lock at (file descriptor, offset)."},
      {"_make", lock_make<L, false>, METH_NOARGS | METH_CLASS, kMakeDoc},
      {"_make_for_fork", lock_make<L, true>, METH_NOARGS | METH_CLASS, kMakeDoc},
      {"__reduce__", lock_reduce<L>, METH_NOARGS, "Locks are pickled for a process that is being spawned only."},
      {nullptr, nullptr, 0, nullptr},
  }};
  return table.data();
}

template <class L>
PyGetSetDef* attributes() {
  static std::array<PyGetSetDef, 9> table{{
      {"__class__", get_class<L>, nullptr, "The class in multiprocessing that the lock passes for.", nullptr},
      {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
      {"_semlock", get_semlock, nullptr, "The object that has the attributes of multiprocessing's SemLock.", nullptr},
      {"handle", get_handle<L>, refuse_to_set, "The address of the shared slot in this process.", nullptr},
      {"kind", get_kind<L>, refuse_to_set, "0 if recursive, else 1.", nullptr},
      {"maxvalue", get_maxvalue, refuse_to_set, "1.", nullptr},
      {"name", get_name, refuse_to_set, "None.", nullptr},
      {"_is_fork_ctx", get_fork_context<L>, nullptr, "Whether the lock is for forked processes only.", nullptr},
      {nullptr, nullptr, nullptr, nullptr, nullptr},
  }};
  return table.data();
}

template <class L>
PyObject* make_type() {
  std::array<PyType_Slot, 10> slots{{
      {Py_tp_new, reinterpret_cast<void*>(lock_new<L>)},
      {Py_tp_init, reinterpret_cast<void*>(lock_init<L>)},
      {Py_tp_dealloc, reinterpret_cast<void*>(lock_dealloc<L>)},
      {Py_tp_traverse, reinterpret_cast<void*>(lock_traverse<L>)},
      {Py_tp_clear, reinterpret_cast<void*>(lock_clear<L>)},
      {Py_tp_repr, reinterpret_cast<void*>(lock_repr<L>)},
      {Py_tp_methods, methods<L>()},
      {Py_tp_getset, attributes<L>()},
      {Py_tp_doc, const_cast<char*>(kDoc<L>.type)},
      {0, nullptr},
  }};
  PyType_Spec spec{L::kRecursive ? "lockstep.RLock" : "lockstep.Lock", sizeof(LockObject<L>), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots.data()};
  PyObject* type = PyType_FromSpec(&spec);
  if (type == nullptr) {
    return nullptr;
  }
  auto* made = reinterpret_cast<PyTypeObject*>(type);
  // 3.8 can't be told these in the spec.
  made->tp_dictoffset = offsetof(ObjectHead, dict);
  made->tp_weaklistoffset = offsetof(ObjectHead, weak_references);
  // The interpreter's complaints name a class made in Python without its module. It has that from the spec already.
  made->tp_name = L::kRecursive ? "RLock" : "Lock";
  if (!bind_cheaply(type, "__enter__", lock_enter<L>) || !bind_cheaply(type, "__exit__", lock_exit<L>)) {
    Py_CLEAR(type);
  }
  return type;
}

}  // namespace

PyObject* make_lock_type() { return make_type<PythonLock>(); }
PyObject* make_rlock_type() { return make_type<PythonRLock>(); }

}  // namespace lockstep::impl
