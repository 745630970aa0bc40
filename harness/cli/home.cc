#include "harness/cli/home.h"

#include <cstdlib>
#include <filesystem>

#include "harness/processes/interpreter.h"
#include "harness/replay/carrier.h"

namespace lockstep::cli {

Home find_home() {
  namespace fs = std::filesystem;
  const fs::path build = fs::read_symlink("/proc/self/exe").parent_path();
  const char* const python = std::getenv("LOCKSTEP_PYTHON");
  const char* const checkout = std::getenv("LOCKSTEP_HOME");
  Home home;
  home.python = python != nullptr ? python : processes::find_interpreter("python3").value_or("python3");
  home.actor_file = build / "lib" / "lockstep_actor.py";
  home.actor_library = build / "lib" / "liblockstep_actor.so";
  home.shim = build / "lib" / "liblockstep_shim.so";
  home.packages = build / "python";
  home.checkout = checkout != nullptr ? fs::path(checkout) : build.parent_path().parent_path();
  home.peers = build.parent_path() / "peers";
  home.expectations = fs::path(home.checkout) / "conformance" / "expectations";
  for (const std::string& file : {home.actor_file, home.actor_library, home.shim}) {
    if (!fs::exists(file)) {
      throw replay::AdapterError("the build is incomplete: there is no " + file + "; run ./run_tests.py");
    }
  }
  return home;
}

}  // namespace lockstep::cli
