#include "harness/explore/simulation.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/script/parse.h"

namespace lockstep::explore {
namespace {

constexpr const char* kHead =
    "lock L = Lock()\n"
    "lock R = RLock()\n"
    "process P: a d\n"
    "process Q: b\n"
    "process S: c\n";

model::Script parsed(const std::string& steps) { return script::parse(kHead + steps, "test").value(); }

std::string played(const std::string& steps) {
  const model::Script script = parsed(steps);
  Simulation simulation;
  const replay::Item item{&script, 0, 0};
  std::vector<std::string> names;
  for (const model::ActorDeclaration& actor : script.actors) {
    names.push_back(actor.name);
  }
  return trace::print(simulation.replay(std::span(&item, 1)).front(), names);
}

TEST(SimulationTest, TakesStepsOneAtATime) {
  EXPECT_EQ(played("a: L.acquire()\n"
                   "b: L.acquire(timeout=0.5)\n"
                   "b: L.release()\n"
                   "pause 0.25\n"
                   "a: L.release()\n"
                   "c: L.acquire(False)\n"
                   "c: L.acquire(True, 0.5)\n"
                   "pause 1\n"),
            "");
}

}  // namespace
}  // namespace lockstep::explore
