#include "impl/platform/sim/enumerate.h"

#include <gtest/gtest.h>

#include <array>

#include "impl/platform/sim/sim_word.h"

namespace lockstep::impl::sim {
namespace {

TEST(EnumeratorTest, CountsTheInterleavingsOfTwoThreads) {
  // Of 2n operations any n are the first thread's. Preempted once, a thread goes on when the other has finished.
  for (const auto& [steps, all, few] : {std::array{1U, 2U, 2U}, {2U, 6U, 4U}, {3U, 20U, 6U}, {4U, 70U, 8U}}) {
    const std::uint32_t count = steps;
    World world({.weak_memory = false});
    SimWord word(world);
    auto body = [&] {
      for (std::uint32_t i = 0; i < count; ++i) {
        word.fetch_add(1, std::memory_order_relaxed);
      }
    };
    world.add_thread(0, body);
    world.add_thread(1, body);
    const auto run = [&](Chooser& chooser) { return world.run(chooser).ending == Ending::kFinished; };
    EXPECT_EQ(enumerate(run), all);
    EXPECT_EQ(enumerate(run, {.preemptions_max = 0}), 2U);
    EXPECT_EQ(enumerate(run, {.preemptions_max = 1}), few);
  }
}

}  // namespace
}  // namespace lockstep::impl::sim
