#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "harness/base/file_descriptor.h"
#include "harness/processes/shared_library.h"

namespace lockstep::processes {

// How to start an implementation's host (harness/actors/lockstep_actor.py).
struct Launch {
  std::string python;                    // the interpreter's path
  std::string module;                    // an importable name, or a path that ends in .py
  std::string start_method;              // fork, spawn or forkserver
  std::string actor_file;                // lockstep_actor.py
  std::string actor_library;             // empty: the interpreter contains it
  std::string shim;                      // empty: nothing is preloaded (real time)
  std::vector<std::string> environment;  // NAME=value, besides what this process has
  bool fibers = false;                   // all actors as fibers of the host's thread
  // For tests: what the host does instead of executing the interpreter. It has the cell where this process has it.
  std::function<void()> host;
  // The watchdog looks so often, and its patience is a number of looks: 150 for a call, 3000 for a start.
  std::int64_t look_ns = 20'000'000;
};

// The same with the shim that is built beside it for another carrier: "notified", "reported".
// REQUIRES: launch.shim is carrier P's.
[[nodiscard]] Launch with_shim(Launch launch, const std::string& carrier);

struct HostProcess {
  pid_t pid = -1;
  SharedLibrary shim;
  base::FileDescriptor output;  // what the host and its descendants print: a file, not a pipe that could fill up
};

// Starts it in a session of its own, so that Ctrl-C in the terminal reaches this process alone.
// Throws std::system_error if the system refuses, AdapterError if `python` can't be executed or a library can't be
// loaded.
[[nodiscard]] HostProcess start_host(const Launch& launch, const std::string& cell_path, std::uintptr_t cell_address);

// What is printed takes no more memory than some megabytes: what is over is lost.
void trim_output(const HostProcess& host);

// The last lines that were printed, at most `bytes`, as one line for a message; empty if nothing was.
[[nodiscard]] std::string last_output(const HostProcess& host, std::size_t bytes = 600);

}  // namespace lockstep::processes
