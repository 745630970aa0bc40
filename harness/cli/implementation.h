#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace lockstep::cli {

// What --impl names: [NAME=]MODULE[@PYTHON][:START] (DESIGN: "Implementations and plug-ins").
struct Implementation {
  std::string text;                        // as the user wrote it, or as the default has it
  std::string name;                        // empty: made from what the interpreter says
  std::string module;                      // "lockstep", "multiprocessing", "billiard", "./my_lock.py"
  std::string python;                      // a path, a version or a command; empty: the project's interpreter
  std::vector<std::string> start_methods;  // of fork, spawn, forkserver
  bool named_by_user = true;

  [[nodiscard]] bool is_reference() const { return module == "lockstep"; }
  [[nodiscard]] bool is_multiprocessing() const { return module == "multiprocessing"; }
  // A known fork of multiprocessing, which need not be installed.
  [[nodiscard]] bool is_peer() const { return module == "billiard" || module == "multiprocess"; }
};

// Errors name the argument and what was expected of it.
[[nodiscard]] base::Result<Implementation> parse_implementation(const std::string& text);

// What a run compares: what the user named, with the reference first in any case; without any names the reference and
// this interpreter's multiprocessing, each under all start methods. `all` stands for the multiprocessing of every
// interpreter found, and for the peers in each.
[[nodiscard]] base::Result<std::vector<Implementation>> implementations(const std::vector<std::string>& named);

}  // namespace lockstep::cli
