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
  std::string checkout;       // LOCKSTEP_HOME, else what the build folder stands in
  std::string peers;          // the environments that --install-peers makes, one an interpreter: build/peers
  std::string expectations;   // the folder of cpython.toml: conformance/expectations in the checkout
};

[[nodiscard]] Home find_home();

}  // namespace lockstep::cli
