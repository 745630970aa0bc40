#pragma once

#include "impl/python/python.h"

namespace lockstep::impl {

// A method in C, with METH_FASTCALL and METH_KEYWORDS.
using Fast = PyObject* (*)(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords);

// Gives a type's method to its objects at less cost: where the interpreter would allocate an object to bind it to, as
// it does twice for a `with`, one that was used before is used again. What is bound so looks and behaves as what the
// interpreter binds, and the class itself still gives the method that it had. `function` is that method's.
//
// Returns false if an exception is set.
[[nodiscard]] bool bind_cheaply(PyObject* type, const char* name, Fast function);

}  // namespace lockstep::impl
