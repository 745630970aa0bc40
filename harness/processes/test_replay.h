#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/processes/test_launch.h"
#include "harness/replay/carrier.h"
#include "harness/script/parse.h"

// What tests need to replay on real interpreters.
namespace lockstep::processes {

inline model::Script parsed(const std::string& text) {
  auto result = script::parse(text, "test.lks");
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.value();
}

inline trace::Trace replay(replay::Carrier& carrier, const model::Script& script, std::uint64_t seed = 0) {
  const replay::Item item{&script, seed};
  return carrier.replay(std::span(&item, 1)).front();
}

}  // namespace lockstep::processes
