#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/processes/interpreter.h"
#include "harness/processes/launch.h"
#include "harness/replay/carrier.h"
#include "harness/script/parse.h"

// What tests need to replay on real interpreters. LOCKSTEP_BUILD and LOCKSTEP_SOURCE are folders, defined by CMake.
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

inline model::Script parsed(const std::string& text) {
  auto result = script::parse(text, "test.lks");
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.value();
}

inline std::vector<std::string> names(const model::Script& script) {
  std::vector<std::string> result;
  for (const auto& actor : script.actors) {
    result.push_back(actor.name);
  }
  return result;
}

inline trace::Trace replay(replay::Carrier& carrier, const model::Script& script, std::uint64_t seed = 0) {
  const replay::Item item{&script, seed};
  return carrier.replay(std::span(&item, 1)).front();
}

}  // namespace lockstep::processes
