#include "impl/python/lock_object.h"

#include <pybind11/pybind11.h>

#include "impl/python/edition.h"

// pybind11 is the shell of the module. The types are made by hand, because a method that pybind11 dispatches costs
// several times as much as the lock.
PYBIND11_MODULE(_lockstep, module) {
  namespace py = pybind11;
  module.doc() = "The reference lock: see lockstep.";
  module.attr("edition") = lockstep::impl::edition();
  for (PyObject* (*make)() :
       {lockstep::impl::make_lock_type, lockstep::impl::make_rlock_type, lockstep::impl::make_sem_lock_type}) {
    const auto type = py::reinterpret_steal<py::object>(make());
    if (!type) {
      throw py::error_already_set();
    }
    type.attr("SEM_VALUE_MAX") = 2147483647;
    module.attr(type.attr("__name__")) = type;
  }
}
