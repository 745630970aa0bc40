#pragma once

namespace lockstep::base {

// Prints "file:line: what failed" to stderr and aborts: the error is in this program, not in its input.
[[noreturn]] void check_failed(const char* file, int line, const char* condition);

}  // namespace lockstep::base

// One condition a check, on in every build.
#define LOCKSTEP_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::lockstep::base::check_failed(__FILE__, __LINE__, #condition))
