#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/model/script.h"

namespace lockstep::script {

// Python's spelling of what standalone programs are made of; each is an expression of Python 3.8 and later.

// A string literal. Any byte will do; all but printable ASCII are escaped.
[[nodiscard]] std::string python_string(std::string_view text);

// With six digits.
[[nodiscard]] std::string python_number(double number);

// {"L": "Lock", "M": "RLock"}
[[nodiscard]] std::string python_locks(const model::Script& script);

// {"P": ["a", "b"]}: the processes of the script's head with their actors, the main thread first.
[[nodiscard]] std::string python_processes(const model::Script& script);

// "L", "acquire", (True, 2), {}: the lock, the method and what it is given. `changed` makes another number of seconds
// of a timeout that elapses.
[[nodiscard]] std::string python_call(const model::Script& script, const model::Call& call,
                                      const std::function<double(double)>& changed);

// The program with `text` between its lines "# begin script" and "# end script".
[[nodiscard]] std::string python_program(std::string_view program, const std::string& text);

}  // namespace lockstep::script
