#pragma once

#include "impl/python/python.h"

namespace lockstep::impl {

struct AcquireArguments {
  bool block = true;
  PyObject* timeout = nullptr;  // Borrowed. Null for None or nothing.
};

// The arguments of acquire(block=True, timeout=None), by the rules and in the words of the edition. `block` is
// converted here, the timeout is not, because an owned RLock does not look at it. False if an exception is set.
[[nodiscard]] bool parse_acquire(PyObject* const* args, Py_ssize_t count, PyObject* keywords, AcquireArguments& parsed);

// A timeout in seconds, by the rules of the edition. False if an exception is set.
[[nodiscard]] bool parse_timeout(PyObject* timeout, double& seconds);

// The complaints about any argument at all: of methods written in C, and of those that are Python functions in
// multiprocessing. False if an exception is set.
[[nodiscard]] bool parse_nothing(const char* method, Py_ssize_t count, PyObject* keywords);
[[nodiscard]] bool parse_enter(Py_ssize_t count, PyObject* keywords);
[[nodiscard]] bool parse_exit(Py_ssize_t count, PyObject* keywords);

}  // namespace lockstep::impl
