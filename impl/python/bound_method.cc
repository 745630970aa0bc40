#include "impl/python/bound_method.h"

#include <array>
#include <cstddef>

namespace lockstep::impl {
namespace {

#if PY_VERSION_HEX < 0x03090000
constexpr auto kHaveVectorcall = _Py_TPFLAGS_HAVE_VECTORCALL;
void Py_SET_REFCNT(PyObject* object, Py_ssize_t count) { Py_REFCNT(object) = count; }
#else
constexpr auto kHaveVectorcall = Py_TPFLAGS_HAVE_VECTORCALL;
#endif

// What stands in the class in the method's place: a non-data descriptor, as the method itself.
struct Descriptor {
  PyObject_HEAD
  PyTypeObject* type;
  PyObject* method;
  Fast function;
};

struct Bound {
  PyObject_HEAD
  vectorcallfunc call;
  PyObject* self;
  Descriptor* descriptor;
};

PyTypeObject* bound_type();

// Bound methods that nobody but this list holds any more, bound to nothing. Guarded by the GIL. They stay known to the
// garbage collector, which takes longer to tell than all else here.
std::array<Bound*, 16> kept{};
std::size_t kept_count = 0;

PyObject* call_bound(PyObject* callable, PyObject* const* args, std::size_t count, PyObject* keywords) {
  auto* bound = reinterpret_cast<Bound*>(callable);
  return bound->descriptor->function(bound->self, args, PyVectorcall_NARGS(count), keywords);
}

// The object that the interpreter would have made.
PyObject* ordinary(PyObject* bound_object) {
  auto* bound = reinterpret_cast<Bound*>(bound_object);
  PyObject* method = bound->descriptor->method;
  return Py_TYPE(method)->tp_descr_get(method, bound->self, reinterpret_cast<PyObject*>(Py_TYPE(bound->self)));
}

template <class Ask>
PyObject* ask_ordinary(PyObject* bound_object, Ask ask) {
  PyObject* plain = ordinary(bound_object);
  PyObject* answer = plain == nullptr ? nullptr : ask(plain);
  Py_XDECREF(plain);
  return answer;
}

PyObject* bound_getattr(PyObject* bound, PyObject* name) {
  return ask_ordinary(bound, [name](PyObject* plain) { return PyObject_GetAttr(plain, name); });
}

PyObject* bound_repr(PyObject* bound) { return ask_ordinary(bound, PyObject_Repr); }

Py_hash_t bound_hash(PyObject* bound) {
  PyObject* plain = ordinary(bound);
  const Py_hash_t hash = plain == nullptr ? -1 : PyObject_Hash(plain);
  Py_XDECREF(plain);
  return hash;
}

PyObject* bound_compare(PyObject* bound, PyObject* other, int operation) {
  if (Py_TYPE(other) != bound_type()) {
    Py_RETURN_NOTIMPLEMENTED;
  }
  return ask_ordinary(bound, [=](PyObject* plain) {
    return ask_ordinary(other,
                        [=](PyObject* plain_other) { return PyObject_RichCompare(plain, plain_other, operation); });
  });
}

int bound_traverse(PyObject* self, visitproc visit, void* arg) {
  auto* bound = reinterpret_cast<Bound*>(self);
  Py_VISIT(bound->self);
  return 0;
}

int bound_clear(PyObject* self) {
  Py_CLEAR(reinterpret_cast<Bound*>(self)->self);
  return 0;
}

void bound_dealloc(PyObject* self) {
  auto* bound = reinterpret_cast<Bound*>(self);
  PyObject* held = bound->self;
  bound->self = nullptr;
  if (kept_count < kept.size()) {
    Py_SET_REFCNT(self, 1);
    kept[kept_count++] = bound;
  } else {
    PyObject_GC_UnTrack(self);
    PyObject_GC_Del(self);
  }
  Py_XDECREF(held);  // last: it may run anything
}

Bound* new_bound() {
  auto* bound = PyObject_GC_New(Bound, bound_type());
  if (bound != nullptr) {
    bound->call = call_bound;
    bound->self = nullptr;
    PyObject_GC_Track(reinterpret_cast<PyObject*>(bound));
  }
  return bound;
}

PyObject* descriptor_get(PyObject* self, PyObject* object, PyObject* type) {
  auto* descriptor = reinterpret_cast<Descriptor*>(self);
  if (object == nullptr || !PyObject_TypeCheck(object, descriptor->type)) {
    return Py_TYPE(descriptor->method)->tp_descr_get(descriptor->method, object, type);
  }
  Bound* bound = kept_count > 0 ? kept[--kept_count] : new_bound();
  if (bound != nullptr) {
    Py_INCREF(object);
    bound->self = object;
    bound->descriptor = descriptor;  // it lives as long as the module
  }
  return reinterpret_cast<PyObject*>(bound);
}

PyObject* descriptor_getattr(PyObject* self, PyObject* name) {
  return PyObject_GetAttr(reinterpret_cast<Descriptor*>(self)->method, name);
}

PyTypeObject plain_type(const char* name, std::size_t size) {
  PyTypeObject type{};
  type.ob_base = PyVarObject{PyObject_HEAD_INIT(nullptr) 0};
  type.tp_name = name;
  type.tp_basicsize = static_cast<Py_ssize_t>(size);
  type.tp_flags = Py_TPFLAGS_DEFAULT;
  return type;
}

PyTypeObject* descriptor_type() {
  static PyTypeObject type = [] {
    PyTypeObject made = plain_type("lockstep.method", sizeof(Descriptor));
    made.tp_descr_get = descriptor_get;
    made.tp_getattro = descriptor_getattr;
    return made;
  }();
  return &type;
}

PyTypeObject* bound_type() {
  static PyTypeObject type = [] {
    PyTypeObject made = plain_type("lockstep.bound_method", sizeof(Bound));
    made.tp_flags |= Py_TPFLAGS_HAVE_GC | kHaveVectorcall;
    made.tp_vectorcall_offset = offsetof(Bound, call);
    made.tp_call = PyVectorcall_Call;
    made.tp_dealloc = bound_dealloc;
    made.tp_traverse = bound_traverse;
    made.tp_clear = bound_clear;
    made.tp_getattro = bound_getattr;
    made.tp_repr = bound_repr;
    made.tp_hash = bound_hash;
    made.tp_richcompare = bound_compare;
    return made;
  }();
  return &type;
}

}  // namespace

bool bind_cheaply(PyObject* type, const char* name, Fast function) {
  if (PyType_Ready(descriptor_type()) < 0 || PyType_Ready(bound_type()) < 0) {
    return false;
  }
  PyObject* method = PyObject_GetAttrString(type, name);
  auto* made = method == nullptr ? nullptr : PyObject_New(Descriptor, descriptor_type());
  if (made == nullptr) {
    Py_XDECREF(method);
    return false;
  }
  made->type = reinterpret_cast<PyTypeObject*>(type);
  made->method = method;
  made->function = function;
  const int set = PyObject_SetAttrString(type, name, reinterpret_cast<PyObject*>(made));
  Py_DECREF(made);  // the class keeps it
  return set == 0;
}

}  // namespace lockstep::impl
