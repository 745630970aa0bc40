#pragma once

#include <string>

#include "harness/actors/fibers.h"

// CPython inside the target, by its C API. It is not instrumented, but what it calls is: the shim's semaphores, and the
// reference, which is built in.
namespace lockstep::fuzz {

// Starts it, isolated from the environment and without its signal handlers. Its modules are taken from the folder
// `pylib` beside the executable, if that is there, and else from the Python of the build. What it allocates from here
// until it runs is no leak. Nobody holds the interpreter's lock afterwards: fibers take it as they run.
void start_interpreter();

// The minor version: 11 for 3.11.
[[nodiscard]] int interpreter_minor();

// As "3.11.7".
[[nodiscard]] std::string interpreter_version();

// An implementation whose actors are fibers of this thread. Ends the process, with Python's own words, if it can't be
// had. REQUIRES: start_interpreter(), cell::adopt(cell).
[[nodiscard]] std::unique_ptr<actors::Fibers> embed(cell::Cell& cell, const char* module,
                                                    actors::Fibers::Become become = nullptr);

// Whether this process was started as the host of an implementation (harness/processes/launch.h), with the target as
// its own interpreter.
[[nodiscard]] bool is_host();

// Is that host until it is told to leave: harness/actors/lockstep_actor.py.
[[noreturn]] void live_as_host(char** arguments);

// What is allocated while it lives is not looked for by LeakSanitizer: the interpreter keeps it for ever, and by
// pointers that lie where the sanitizer does not look.
class KeptForEver {
 public:
  KeptForEver();
  ~KeptForEver();
  KeptForEver(const KeptForEver&) = delete;
  KeptForEver& operator=(const KeptForEver&) = delete;
};

}  // namespace lockstep::fuzz
