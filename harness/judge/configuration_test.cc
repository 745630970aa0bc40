#include "harness/judge/configuration.h"

#include <gtest/gtest.h>

namespace lockstep::judge {
namespace {

Configuration numbered(std::uint16_t number) {
  Configuration configuration;
  configuration.state.locks[0].count[0] = number;
  return configuration;
}

TEST(ConfigurationSetTest, HoldsEachOnceHoweverMany) {
  ConfigurationSet set;
  for (int round = 0; round < 2; ++round) {
    for (std::uint16_t i = 0; i < 500; ++i) {
      EXPECT_EQ(set.insert(numbered(i)), round == 0) << i;
    }
  }
  EXPECT_EQ(set.size(), 500U);
  EXPECT_EQ(set[7], numbered(7));
}

TEST(ConfigurationSetTest, FindsThemAfterAllWereChanged) {
  ConfigurationSet set;
  for (std::uint16_t i = 0; i < 100; ++i) {
    set.insert(numbered(i));
  }
  set.change_all([](Configuration& configuration) { ++configuration.state.locks[0].count[0]; });
  EXPECT_FALSE(set.insert(numbered(100)));
  EXPECT_TRUE(set.insert(numbered(0)));
  set.clear();
  EXPECT_TRUE(set.empty());
  EXPECT_TRUE(set.insert(numbered(5)));
}

}  // namespace
}  // namespace lockstep::judge
