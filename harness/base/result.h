#pragma once

#include <string>
#include <utility>
#include <variant>

namespace lockstep::base {

// Where a text went wrong, and what was expected there. Lines and columns count from 1; 0 means "not a place".
struct InputError {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;

  // "cases/a.lks:3:7: message", as compilers print it, so that editors can jump there.
  [[nodiscard]] std::string text() const {
    std::string where = file;
    if (line > 0) {
      where += where.empty() ? "" : ":";
      where += std::to_string(line) + ":" + std::to_string(column);
    }
    return where.empty() ? message : where + ": " + message;
  }
};

// Bad input is a value, never an exception.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}           // NOLINT: implicit on purpose
  Result(InputError error) : state_(std::move(error)) {}  // NOLINT: implicit on purpose

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  [[nodiscard]] T& value() { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const { return std::get<0>(state_); }
  [[nodiscard]] const InputError& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, InputError> state_;
};

}  // namespace lockstep::base
