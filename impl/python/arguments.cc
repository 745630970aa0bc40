#include "impl/python/arguments.h"

#include <array>
#include <climits>
#include <optional>
#include <string>
#include <string_view>

#include "impl/python/edition.h"
#include "impl/python/suggestion.h"

namespace lockstep::impl {
namespace {

constexpr std::array<const char*, 2> kNames{"block", "timeout"};

// From 3.10 on acquire() has its name in complaints, from 3.9 on methods in C have their class.
const char* acquire_name() { return edition() >= 10 ? "acquire()" : "function"; }
const char* class_prefix(int since) { return edition() >= since ? "SemLock." : ""; }

bool fits_c_int(PyObject* number, long& value) {
  int overflow = 0;
  value = PyLong_AsLongAndOverflow(number, &overflow);
  if (overflow == 0 && value >= INT_MIN && value <= INT_MAX) {
    return true;
  }
  const char* complaint = "Python int too large to convert to C int";
  if (edition() < 10) {
    complaint = overflow != 0 ? "Python int too large to convert to C long"
                : value < 0   ? "signed integer is less than minimum"
                              : "signed integer is greater than maximum";
  }
  PyErr_SetString(PyExc_OverflowError, complaint);
  return false;
}

// Up to 3.9 an object with __int__ alone passed for an integer, with a warning.
PyObject* integer_before_310(PyObject* object) {
  if (PyFloat_Check(object)) {
    PyErr_SetString(PyExc_TypeError, "integer argument expected, got float");
    return nullptr;
  }
  if (PyIndex_Check(object)) {
    return PyNumber_Index(object);
  }
  const PyNumberMethods* methods = Py_TYPE(object)->tp_as_number;
  const char* type = Py_TYPE(object)->tp_name;
  if (methods == nullptr || methods->nb_int == nullptr) {
    PyErr_Format(PyExc_TypeError, "an integer is required (got type %.200s)", type);
    return nullptr;
  }
  if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                       "an integer is required (got type %.200s).  Implicit conversion to integers using __int__ is "
                       "deprecated, and may be removed in a future version of Python.",
                       type) < 0) {
    return nullptr;
  }
  return PyNumber_Long(object);
}

bool convert_block(PyObject* object, bool& block) {
  if (edition() >= 12) {
    const int truth = PyObject_IsTrue(object);
    block = truth > 0;
    return truth >= 0;
  }
  PyObject* number = edition() >= 10 ? PyNumber_Index(object) : integer_before_310(object);
  if (number == nullptr) {
    return false;
  }
  long value = 0;
  const bool fits = fits_c_int(number, value);
  Py_DECREF(number);
  block = value != 0;
  return fits;
}

std::optional<std::size_t> position_of(PyObject* keyword) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (PyUnicode_CompareWithASCIIString(keyword, kNames[i]) == 0) {
      return i;
    }
  }
  return std::nullopt;
}

void complain_unknown(PyObject* keyword) {
  if (edition() < 13) {
    const char* function = edition() >= 10 ? "acquire()" : "this function";
    PyErr_Format(PyExc_TypeError, "'%S' is an invalid keyword argument for %s", keyword, function);
    return;
  }
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(keyword, &size);
  if (text == nullptr) {
    return;
  }
  constexpr std::array<std::string_view, 2> kCandidates{"block", "timeout"};
  const auto close = suggestion({text, static_cast<std::size_t>(size)}, kCandidates);
  const std::string hint = close ? ". Did you mean '" + std::string(*close) + "'?" : "";
  PyErr_Format(PyExc_TypeError, "acquire() got an unexpected keyword argument '%S'%s", keyword, hint.c_str());
}

void complain_twice(std::size_t position) {
  PyErr_Format(PyExc_TypeError, "argument for %s given by name ('%s') and position (%zu)", acquire_name(),
               kNames[position], position + 1);
}

// Puts keyword arguments where they belong. False, with no exception set yet, if one of them is wrong: `wrong` is it.
bool place_keywords(PyObject* const* values, std::size_t positional, PyObject* keywords,
                    std::array<PyObject*, 2>& placed, PyObject*& wrong) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(keywords); ++i) {
    PyObject* keyword = PyTuple_GET_ITEM(keywords, i);
    const auto position = position_of(keyword);
    if (!position || *position < positional) {
      wrong = wrong == nullptr ? keyword : wrong;
    } else {
      placed[*position] = values[i];
    }
  }
  return wrong == nullptr;
}

}  // namespace

bool parse_acquire(PyObject* const* args, Py_ssize_t count, PyObject* keywords, AcquireArguments& parsed) {
  // What nearly every call looks like means the same in every edition.
  if (keywords == nullptr && count >= 1 && count <= 2 && (args[0] == Py_True || args[0] == Py_False)) {
    parsed.block = args[0] == Py_True;
    parsed.timeout = count == 1 || args[1] == Py_None ? nullptr : args[1];
    return true;
  }
  const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
  if (count + named > 2) {
    PyErr_Format(PyExc_TypeError, "%s takes at most 2 %sarguments (%zd given)", acquire_name(),
                 count == 0 ? "keyword " : "", count + named);
    return false;
  }
  std::array<PyObject*, 2> placed{count > 0 ? args[0] : nullptr, count > 1 ? args[1] : nullptr};
  PyObject* wrong = nullptr;
  if (named != 0) {
    place_keywords(args + count, static_cast<std::size_t>(count), keywords, placed, wrong);
  }
  // Up to 3.9 arguments were converted before the names of the others were looked at.
  const bool convert_first = edition() < 10;
  if (convert_first && placed[0] != nullptr && !convert_block(placed[0], parsed.block)) {
    return false;
  }
  if (wrong != nullptr) {
    if (const auto position = position_of(wrong)) {
      complain_twice(*position);
    } else {
      complain_unknown(wrong);
    }
    return false;
  }
  if (!convert_first && placed[0] != nullptr && !convert_block(placed[0], parsed.block)) {
    return false;
  }
  parsed.timeout = placed[1] == Py_None ? nullptr : placed[1];
  return true;
}

bool parse_timeout(PyObject* timeout, double& seconds) {
  if (PyFloat_CheckExact(timeout)) {
    seconds = PyFloat_AS_DOUBLE(timeout);
    return true;
  }
  if (PyComplex_CheckExact(timeout)) {
    PyErr_SetString(PyExc_TypeError,
                    edition() >= 10 ? "must be real number, not complex" : "can't convert complex to float");
    return false;
  }
  seconds = PyFloat_AsDouble(timeout);
  return seconds != -1.0 || PyErr_Occurred() == nullptr;
}

bool parse_nothing(const char* method, Py_ssize_t count, PyObject* keywords) {
  if (count == 0 && keywords == nullptr) {
    return true;
  }
  const char* prefix = class_prefix(9);
  if (keywords != nullptr && PyTuple_GET_SIZE(keywords) != 0) {
    PyErr_Format(PyExc_TypeError, "%s%s() takes no keyword arguments", prefix, method);
    return false;
  }
  if (count != 0) {
    PyErr_Format(PyExc_TypeError, "%s%s() takes no arguments (%zd given)", prefix, method, count);
    return false;
  }
  return true;
}

bool parse_enter(Py_ssize_t count, PyObject* keywords) {
  if (count == 0 && keywords == nullptr) {
    return true;
  }
  const char* prefix = class_prefix(10);
  if (keywords != nullptr && PyTuple_GET_SIZE(keywords) != 0) {
    PyErr_Format(PyExc_TypeError, "%s__enter__() got an unexpected keyword argument '%S'", prefix,
                 PyTuple_GET_ITEM(keywords, 0));
    return false;
  }
  if (count != 0) {
    PyErr_Format(PyExc_TypeError, "%s__enter__() takes 1 positional argument but %zd were given", prefix, count + 1);
    return false;
  }
  return true;
}

bool parse_exit(Py_ssize_t count, PyObject* keywords) {
  if (keywords != nullptr && PyTuple_GET_SIZE(keywords) != 0) {
    PyErr_Format(PyExc_TypeError, "%s__exit__() got an unexpected keyword argument '%S'", class_prefix(10),
                 PyTuple_GET_ITEM(keywords, 0));
    return false;
  }
  if (count > 3 && edition() >= 10) {
    PyErr_Format(PyExc_TypeError, "__exit__ expected at most 3 arguments, got %zd", count);
    return false;
  }
  return true;
}

}  // namespace lockstep::impl
