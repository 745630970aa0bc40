#include "impl/python/suggestion.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace lockstep::impl {
namespace {

constexpr std::array<std::string_view, 2> kNames{"block", "timeout"};

// The expected values were printed by Python 3.13's own complaints about acquire().
TEST(Suggestion, FindsASlip) {
  EXPECT_EQ(suggestion("blocj", kNames), "block");
  EXPECT_EQ(suggestion("timeoux", kNames), "timeout");
  EXPECT_EQ(suggestion("Block", kNames), "block");
}

TEST(Suggestion, IsSilentAboutAnotherWord) {
  EXPECT_EQ(suggestion("x", kNames), std::nullopt);
  EXPECT_EQ(suggestion("blocking", kNames), std::nullopt);
  EXPECT_EQ(suggestion("", kNames), std::nullopt);
  EXPECT_EQ(suggestion(std::string(41, 'b'), kNames), std::nullopt);
}

TEST(Suggestion, PrefersTheNearest) {
  constexpr std::array<std::string_view, 3> kClose{"lock", "block", "clock"};
  EXPECT_EQ(suggestion("blok", kClose), "block");
}

}  // namespace
}  // namespace lockstep::impl
