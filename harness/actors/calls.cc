#include "harness/actors/calls.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <optional>

namespace lockstep::actors {
namespace {

constexpr std::size_t kErrorsKept = 64;
constexpr std::size_t kSlotBytes = 64;  // impl/platform/hooks.h, promise (1)

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

}  // namespace

Calls::Shape* Calls::shape(std::uint32_t index) {
  index %= cell::kShapesMax;  // as a hostile process may have left it (harness/cell/faults.h)
  Shape& shape = shapes_[index];
  if (shape.generation == cell_.shapes_generation) {
    return &shape;
  }
  PyObject* const parsed = python_.PyObject_CallMethod(hooks_, "arguments", "s", cell_.shapes[index]);
  if (parsed == nullptr) {
    return nullptr;
  }
  shape.method = python_.PyLong_AsLong(python_.PyTuple_GetItem(parsed, 0));
  shape.arguments = python_.PyTuple_GetItem(parsed, 1);
  shape.keywords = python_.PyTuple_GetItem(parsed, 2);
  if (shape.keywords == python_.none_object) {
    shape.keywords = nullptr;  // `parsed` is never released: it owns what is borrowed here
  }
  if (!line_up(shape)) {
    return nullptr;
  }
  shape.generation = cell_.shapes_generation;
  return &shape;
}

bool Calls::line_up(Shape& shape) {
  shape.values.clear();
  shape.positional = static_cast<std::size_t>(python_.PyTuple_Size(shape.arguments));
  for (std::size_t index = 0; index < shape.positional; ++index) {
    shape.values.push_back(python_.PyTuple_GetItem(shape.arguments, static_cast<long>(index)));
  }
  shape.names = nullptr;
  if (shape.keywords != nullptr) {
    shape.names = python_.PySequence_Tuple(shape.keywords);
    if (shape.names == nullptr) {
      return false;
    }
    for (long index = 0; index < python_.PyTuple_Size(shape.names); ++index) {
      shape.values.push_back(python_.PyDict_GetItem(shape.keywords, python_.PyTuple_GetItem(shape.names, index)));
    }
  }
  return true;
}

PyObject* Calls::call(PyObject* method, const Shape& shape) {
  return python_.PyObject_Vectorcall != nullptr
             ? python_.PyObject_Vectorcall(method, shape.values.data(), shape.positional, shape.names)
             : python_.PyObject_Call(method, shape.arguments, shape.keywords);
}

bool Calls::reset(std::uint32_t index, Resets::Due due) {
  Lock& lock = locks_[index];
  if (!lock.known) {
    PyObject* const slot = python_.PyObject_CallMethod(hooks_, "slot", "I", index);
    PyObject* const after_fork = python_.PyObject_CallMethod(hooks_, "after_fork", "I", index);
    if (slot == nullptr || after_fork == nullptr) {
      return false;
    }
    lock.slot = reinterpret_cast<void*>(python_.PyLong_AsUnsignedLongLong(slot));
    lock.after_fork = after_fork == python_.none_object ? nullptr : after_fork;
    lock.known = true;
  }
  if (due.shared && lock.slot != nullptr) {
    std::memset(lock.slot, 0, kSlotBytes);
  }
  if (due.own && lock.after_fork != nullptr) {
    PyObject* const result = python_.PyObject_CallObject(lock.after_fork, nullptr);
    if (result == nullptr) {
      return false;
    }
    python_.Py_DecRef(result);
  }
  return true;
}

PyObject* Calls::callable(std::uint32_t lock, long method) {
  PyObject*& known = locks_[lock].callables[method];
  if (known == nullptr) {
    known = python_.PyObject_CallMethod(hooks_, "bind", "Il", lock, method);
  }
  return known;
}

bool Calls::make(cell::Party& party) {
  const std::uint32_t lock = party.command.lock % cell::kLocksMax;
  if (const Resets::Due due = resets_.take(cell_, lock); (due.shared || due.own) && !reset(lock, due)) {
    return false;
  }
  const Shape* const made = shape(party.command.shape);
  PyObject* const method = made == nullptr ? nullptr : callable(lock, made->method);
  if (method == nullptr) {
    return false;
  }
  party.in_call.store(1, std::memory_order_relaxed);
  party.invoked_ns = cell_.mode == cell::Mode::kReal ? monotonic_ns() : 0;
  PyObject* const result = call(method, *made);
  party.returned_ns = cell_.mode == cell::Mode::kReal ? monotonic_ns() : 0;
  party.in_call.store(0, std::memory_order_relaxed);
  return describe(party, result);
}

bool Calls::describe(cell::Party& party, PyObject* result) {
  party.text[0] = '\0';
  if (result == python_.true_object || result == python_.false_object || result == python_.none_object) {
    party.outcome = result == python_.true_object    ? model::OutcomeKind::kTrue
                    : result == python_.false_object ? model::OutcomeKind::kFalse
                                                     : model::OutcomeKind::kNone;
    python_.Py_DecRef(result);
    return true;
  }
  if (result == nullptr) {
    party.outcome = model::OutcomeKind::kRaised;
    return describe_error(party);
  }
  party.outcome = model::OutcomeKind::kValue;
  PyObject* const text = python_.PyObject_CallMethod(hooks_, "describe", "O", result);
  python_.Py_DecRef(result);
  return put(party, text);
}

bool Calls::put(cell::Party& party, PyObject* text) {
  const char* const utf8 = text == nullptr ? nullptr : python_.PyUnicode_AsUTF8(text);
  if (utf8 == nullptr) {
    return false;
  }
  std::strncpy(party.text, utf8, sizeof party.text - 1);
  python_.Py_DecRef(text);
  return true;
}

const std::string* Calls::spelling(PyObject* type, const char* said) const {
  const auto known = std::find_if(errors_.begin(), errors_.end(), [type, said](const Error& error) {
    return error.type == type && error.said == said;
  });
  return known == errors_.end() ? nullptr : &known->text;
}

bool Calls::describe_error(cell::Party& party) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  python_.PyErr_Fetch(&type, &value, &traceback);
  // Up to Python 3.11, an error that C code raised is no exception yet, but its type and what it says.
  const bool is_bare = value != nullptr && python_.PyObject_IsInstance(value, python_.str_type) == 1;
  const char* const bare = is_bare ? python_.PyUnicode_AsUTF8(value) : nullptr;
  if (bare == nullptr) {
    python_.PyErr_Clear();  // text that UTF-8 can't hold
  }
  bool spelled = true;
  if (const std::string* const known = bare == nullptr ? nullptr : spelling(type, bare)) {
    std::strncpy(party.text, known->c_str(), sizeof party.text - 1);
  } else {
    const std::optional<std::string> said = bare == nullptr ? std::nullopt : std::optional<std::string>(bare);
    python_.PyErr_NormalizeException(&type, &value, &traceback);
    spelled = put(party, python_.PyObject_CallMethod(hooks_, "describe_error", "O", value));
    if (spelled && said.has_value() && errors_.size() < kErrorsKept) {
      python_.Py_IncRef(type);  // never released: so no other type can have its address
      errors_.push_back({type, *said, party.text});
    }
  }
  for (PyObject* object : {type, value, traceback}) {
    python_.Py_DecRef(object);  // accepts nullptr
  }
  return spelled;
}

}  // namespace lockstep::actors
