#include "impl/platform/sim/bench.h"

#include <gtest/gtest.h>

namespace lockstep::impl::sim {
namespace {

TEST(SimBenchTest, MeasuresRunsThatEndWell) {
  const SimSpeed speed = measure(0.02);
  EXPECT_GT(speed.runs_per_s, 0);
  EXPECT_EQ(speed.operations_per_s, speed.runs_per_s * 12);
  EXPECT_GT(speed.pairs_per_s, 0);
  RecordProperty("runs_per_s", std::to_string(speed.runs_per_s));
  RecordProperty("operations_per_s", std::to_string(speed.operations_per_s));
  RecordProperty("pairs_per_s", std::to_string(speed.pairs_per_s));
}

}  // namespace
}  // namespace lockstep::impl::sim
