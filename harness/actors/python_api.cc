#include "harness/actors/python_api.h"

#include <dlfcn.h>

namespace lockstep::actors {
namespace {

template <typename Target>
bool find(const char* name, Target& target) {
  target = reinterpret_cast<Target>(dlsym(RTLD_DEFAULT, name));
  return target != nullptr;
}

}  // namespace

#define LOCKSTEP_FIND(name) find(#name, api.name)

const PythonApi* python_api() {
  static PythonApi api{};
  static const bool complete =
      LOCKSTEP_FIND(PyObject_Call) && LOCKSTEP_FIND(PyObject_CallObject) && LOCKSTEP_FIND(PyObject_CallMethod) &&
      LOCKSTEP_FIND(PyTuple_GetItem) && LOCKSTEP_FIND(PyLong_AsLong) && LOCKSTEP_FIND(PyLong_AsUnsignedLongLong) &&
      LOCKSTEP_FIND(PyUnicode_AsUTF8) && LOCKSTEP_FIND(PyErr_Occurred) && LOCKSTEP_FIND(PyErr_Clear) &&
      LOCKSTEP_FIND(PyErr_Fetch) && LOCKSTEP_FIND(PyErr_NormalizeException) && LOCKSTEP_FIND(PyErr_CheckSignals) &&
      LOCKSTEP_FIND(PyEval_SaveThread) && LOCKSTEP_FIND(PyEval_RestoreThread) && LOCKSTEP_FIND(Py_IncRef) &&
      LOCKSTEP_FIND(Py_DecRef) && LOCKSTEP_FIND(PySequence_Tuple) && LOCKSTEP_FIND(PyDict_GetItem) &&
      LOCKSTEP_FIND(PyTuple_Size) && LOCKSTEP_FIND(PyList_GetItem) && LOCKSTEP_FIND(PyInterpreterState_Head) &&
      LOCKSTEP_FIND(PyThreadState_New) && LOCKSTEP_FIND(PyObject_IsInstance) && find("PyUnicode_Type", api.str_type) &&
      find("_Py_TrueStruct", api.true_object) && find("_Py_FalseStruct", api.false_object) &&
      find("_Py_NoneStruct", api.none_object);
  static const bool has_vectorcall = LOCKSTEP_FIND(PyObject_Vectorcall);
  (void)has_vectorcall;
  return complete ? &api : nullptr;
}

}  // namespace lockstep::actors
