#pragma once

#include <string>
#include <vector>

namespace lockstep::processes {

// What a program printed, and how it ended: "exit status 0", "signal 9".
struct Finished {
  std::string output;
  std::string errors;
  std::string death;
};

// Runs a program of this machine to its end, with no input, in a session of its own; `environment` holds NAME=value
// entries besides what this process has. What it leaves running below it is killed. One that is still running after
// `seconds` is killed too: its death is "signal 9". Throws AdapterError if it can't be executed, std::system_error if
// the system refuses, Interrupted.
[[nodiscard]] Finished run_program(std::vector<std::string> command, const std::vector<std::string>& environment,
                                   double seconds);

}  // namespace lockstep::processes
