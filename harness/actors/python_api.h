#pragma once

#include <cstddef>

// The few functions of Python's C API that the actor's loop needs, looked up in the process that it is loaded into: one
// library serves every interpreter that exports them, 3.8 to 3.14, and is compiled against none.
namespace lockstep::actors {

struct PyObject;  // opaque

struct PythonApi {
  PyObject* (*PyObject_Call)(PyObject*, PyObject*, PyObject*);
  PyObject* (*PyObject_CallObject)(PyObject*, PyObject*);
  PyObject* (*PyObject_CallMethod)(PyObject*, const char*, const char*, ...);
  // From 3.9 on; else nullptr. PEP 590: the positional arguments and the values of the keywords, one after the other.
  PyObject* (*PyObject_Vectorcall)(PyObject*, PyObject* const*, std::size_t, PyObject*);
  PyObject* (*PySequence_Tuple)(PyObject*);
  PyObject* (*PyDict_GetItem)(PyObject*, PyObject*);
  long (*PyTuple_Size)(PyObject*);
  PyObject* (*PyTuple_GetItem)(PyObject*, long);
  long (*PyLong_AsLong)(PyObject*);
  unsigned long long (*PyLong_AsUnsignedLongLong)(PyObject*);
  const char* (*PyUnicode_AsUTF8)(PyObject*);
  PyObject* (*PyErr_Occurred)();
  void (*PyErr_Clear)();
  void (*PyErr_Fetch)(PyObject**, PyObject**, PyObject**);
  void (*PyErr_NormalizeException)(PyObject**, PyObject**, PyObject**);
  int (*PyErr_CheckSignals)();
  int (*PyObject_IsInstance)(PyObject*, PyObject*);
  void* (*PyEval_SaveThread)();
  void (*PyEval_RestoreThread)(void*);
  PyObject* (*PyList_GetItem)(PyObject*, long);
  void* (*PyInterpreterState_Head)();
  void* (*PyThreadState_New)(void*);
  void (*Py_IncRef)(PyObject*);
  void (*Py_DecRef)(PyObject*);
  PyObject* true_object;
  PyObject* false_object;
  PyObject* none_object;
  PyObject* str_type;
};

// nullptr if the interpreter exports less.
[[nodiscard]] const PythonApi* python_api();

}  // namespace lockstep::actors
