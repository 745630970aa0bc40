#include "harness/judge/observe.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "harness/judge/player.h"
#include "harness/judge/testing.h"
#include "harness/script/generate.h"

namespace lockstep::judge {
namespace {

TEST(ObserveTest, CountsWhatATraceShows) {
  const model::Script script = parsed(
      "lock L = Lock()\n"
      "process P: a b\n"
      "a: L.acquire() -> True\n"
      "b: L.acquire(timeout=1) -> blocks\n"
      "pause 2\n"
      "b: returns False\n"
      "b: L.release() -> None\n"
      "b: L.release() -> raises ValueError\n");
  spec::Coverage coverage;
  observe(script, spelled_trace(script), {}, coverage);
  EXPECT_EQ(coverage.reached(), 4U);
  const std::vector<std::string> missing = coverage.missing();
  for (const std::string name : {"Lock free: acquire() returns True",
                                 "Lock held by another thread of the process: acquire(timeout > 0) blocks, then "
                                 "returns False",
                                 "Lock held by another thread of the process: release() returns None",
                                 "Lock free: release() raises ValueError"}) {
    EXPECT_EQ(std::count(missing.begin(), missing.end(), name), 0) << name;
  }
}

TEST(ObserveTest, LooksNoFurtherThanARace) {
  const model::Script script = parsed(
      "lock L = Lock()\n"
      "process P: a b\n"
      "race\n"
      "a: L.acquire()\n"
      "b: L.acquire(False)\n"
      "end\n"
      "a: L.release() -> None\n");
  spec::Coverage coverage;
  observe(script, spelled_trace(script, {kTrue, kFalse}), {}, coverage);
  EXPECT_EQ(coverage.reached(), 0U);
}

TEST(ObserveTest, GeneratedScriptsReachAlmostEverySituation) {
  spec::Coverage coverage;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    script::Profile profile;
    profile.edition_edges = true;
    const model::Script script = script::generate(profile, 5, i);
    observe(script, Player(script, Flaw::kNone, {}, i).play(), {}, coverage);
  }
  std::printf("%zu of %zu situations\n", coverage.reached(), coverage.reachable());
  for (const std::string& name : coverage.missing()) {
    std::printf("  not seen: %s\n", name.c_str());
  }
  EXPECT_GT(coverage.reached(), coverage.reachable() * 9 / 10);
}

}  // namespace
}  // namespace lockstep::judge
