#pragma once

#include <string>

namespace lockstep::cli {

// Where the program finds what belongs to it: beside its own file, as the build lays it out.
struct Home {
  std::string python;         // the project's interpreter: LOCKSTEP_PYTHON, else python3 on PATH
  std::string actor_file;     // lib/lockstep_actor.py
  std::string actor_library;  // lib/liblockstep_actor.so
  std::string shim;           // lib/liblockstep_shim.so
  std::string packages;       // python/, the folder with the package lockstep
  std::string expectations;   // the folder of cpython.toml: LOCKSTEP_HOME/conformance/expectations
};

[[nodiscard]] Home find_home();

}  // namespace lockstep::cli
