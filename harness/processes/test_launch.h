#pragma once

#include <string>

#include "harness/processes/interpreter.h"
#include "harness/processes/launch.h"

// Launches for tests. LOCKSTEP_BUILD and LOCKSTEP_SOURCE are folders, defined by CMake.
namespace lockstep::processes {

inline Launch launch(const std::string& module, const std::string& start_method, bool preload) {
  const std::string build = LOCKSTEP_BUILD;
  Launch launch;
  launch.python = find_interpreter("python3").value();
  launch.module = module;
  launch.start_method = start_method;
  launch.actor_file = build + "/lib/lockstep_actor.py";
  launch.actor_library = build + "/lib/liblockstep_actor.so";
  launch.shim = preload ? build + "/lib/liblockstep_shim.so" : "";
  return launch;
}

inline std::string plug_in(const std::string& name) {
  return std::string(LOCKSTEP_SOURCE) + "/harness/selftest/locks/" + name;
}

}  // namespace lockstep::processes
