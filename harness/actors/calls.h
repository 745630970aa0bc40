#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/actors/python_api.h"
#include "harness/actors/resets.h"
#include "harness/cell/layout.h"

namespace lockstep::actors {

// What this process keeps of the locks and of the calls' arguments, so that a call costs little more than itself.
// Everything is asked of the Python side once (lockstep_actor.py, class Hooks) and kept until the process ends.
class Calls {
 public:
  Calls(const PythonApi& python, cell::Cell& cell, PyObject* hooks) : python_(python), cell_(cell), hooks_(hooks) {}

  // Makes the call that `party` was commanded to make and leaves its outcome in the party.
  // Returns false, with a Python error set, if the adapter itself failed.
  [[nodiscard]] bool make(cell::Party& party);

  // Turns `result`, or the error that is set if it is nullptr, into the party's outcome. Takes the reference.
  [[nodiscard]] bool describe(cell::Party& party, PyObject* result);

  // This process was started in the middle of a script: what it believes of the locks is part of that script.
  void join_running_script() { resets_.join_running_script(cell_); }

 private:
  struct Shape {
    std::uint32_t generation = 0;
    long method = 0;
    PyObject* arguments = nullptr;
    PyObject* keywords = nullptr;
    std::vector<PyObject*> values;  // the same for PyObject_Vectorcall: the arguments, the keywords' last,
    std::size_t positional = 0;
    PyObject* names = nullptr;  // and the keywords
  };
  struct Error {
    PyObject* type = nullptr;
    std::string said;
    std::string text;  // its spelling
  };
  struct Lock {
    bool known = false;
    void* slot = nullptr;            // the reference's shared slot, to be zeroed before a script
    PyObject* after_fork = nullptr;  // forgets what this process believes of the lock
    PyObject* callables[cell::kMethods] = {};
  };

  [[nodiscard]] Shape* shape(std::uint32_t index);
  [[nodiscard]] bool line_up(Shape& shape);
  [[nodiscard]] PyObject* call(PyObject* method, const Shape& shape);
  // Makes a lock that an earlier script used like new.
  [[nodiscard]] bool reset(std::uint32_t index, Resets::Due due);
  [[nodiscard]] PyObject* callable(std::uint32_t lock, long method);

  // Spells the error that is set, and clears it. Returns false, with another set, if that failed.
  [[nodiscard]] bool describe_error(cell::Party& party);
  [[nodiscard]] bool put(cell::Party& party, PyObject* text);
  // The same few errors are raised again and again. nullptr if this one was not spelled before.
  [[nodiscard]] const std::string* spelling(PyObject* type, const char* said) const;

  const PythonApi& python_;
  cell::Cell& cell_;
  PyObject* hooks_;
  std::vector<Shape> shapes_ = std::vector<Shape>(cell::kShapesMax);
  std::vector<Error> errors_;
  Resets resets_;
  Lock locks_[cell::kLocksMax];
};

}  // namespace lockstep::actors
