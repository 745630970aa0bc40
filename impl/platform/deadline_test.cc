#include "impl/platform/deadline.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace lockstep::impl {
namespace {

// A slow, independent account of the rule: the least whole n with n * 10^-9 >= seconds, or that is nearer to `seconds`
// than half the distance to the next double. Both are compared exactly, as integers times a power of two.
bool is_enough(std::int64_t n, double seconds) {
  int exponent = 0;
  const double fraction = std::frexp(seconds, &exponent);
  const auto mantissa = static_cast<unsigned __int128>(std::ldexp(fraction, 53));
  // seconds - half a unit = (2 * mantissa - 1) * 2^(exponent - 54).
  const unsigned __int128 least = (2 * mantissa - 1) * 1'000'000'000U;
  const int shift = 54 - exponent;
  if (shift > 100) {
    return n >= 1;
  }
  return (least >> shift) < static_cast<unsigned __int128>(n) ||
         ((least >> shift) == static_cast<unsigned __int128>(n) &&
          (least & ((static_cast<unsigned __int128>(1) << shift) - 1)) == 0);
}

TEST(TimeoutTest, WholeNanosecondsAreExact) {
  EXPECT_EQ(timeout_ns(1.0), 1'000'000'000);
  EXPECT_EQ(timeout_ns(0.25), 250'000'000);
  EXPECT_EQ(timeout_ns(1e9), 1'000'000'000'000'000'000);
}

TEST(TimeoutTest, ADecimalGainsNoNanosecondByBeingBinary) {
  EXPECT_EQ(timeout_ns(0.1), 100'000'000);
  EXPECT_EQ(timeout_ns(1.1), 1'100'000'000);
  EXPECT_EQ(timeout_ns(0.3), 300'000'000);
  EXPECT_EQ(timeout_ns(1e-9), 1);
  EXPECT_EQ(timeout_ns(1e-6), 1'000);
  for (std::int64_t us = 1; us < 3'000'000; us += 7) {
    ASSERT_EQ(timeout_ns(static_cast<double>(us) / 1e6), us * 1'000) << us;
  }
}

TEST(TimeoutTest, AFractionOfANanosecondIsRoundedUp) {
  EXPECT_EQ(timeout_ns(1.5e-9), 2);
  EXPECT_EQ(timeout_ns(1.0000001e-9), 2);
  EXPECT_EQ(timeout_ns(5e-324), 1);
  EXPECT_EQ(timeout_ns(std::numeric_limits<double>::min()), 1);
}

TEST(TimeoutTest, WhatIsNotPositiveIsZero) {
  EXPECT_EQ(timeout_ns(0.0), 0);
  EXPECT_EQ(timeout_ns(-0.0), 0);
  EXPECT_EQ(timeout_ns(-5e-324), 0);
  EXPECT_EQ(timeout_ns(-1e300), 0);
  EXPECT_EQ(timeout_ns(-std::numeric_limits<double>::infinity()), 0);
}

TEST(TimeoutTest, WhatDoesNotFitNeverComes) {
  EXPECT_EQ(timeout_ns(std::numeric_limits<double>::infinity()), kNoDeadline);
  EXPECT_EQ(timeout_ns(std::numeric_limits<double>::max()), kNoDeadline);
  EXPECT_EQ(timeout_ns(0x1p63), kNoDeadline);
  EXPECT_EQ(timeout_ns(std::nextafter(0x1p63, 0.0)), kNoDeadline);
  EXPECT_EQ(timeout_ns(9223372036.854776), kNoDeadline);
  EXPECT_LT(timeout_ns(9223372036.854774), kNoDeadline);
  EXPECT_GT(timeout_ns(9223372036.854774), 9'223'372'036'854'000'000);
}

// One double of every exponent and of many mantissas, denormals included, against exact arithmetic.
TEST(TimeoutTest, IsTheLeastThatIsEnough) {
  std::uint64_t random = 1;
  for (std::uint64_t exponent = 0; exponent <= 1023 + 33; ++exponent) {
    for (int i = 0; i < 20; ++i) {
      random = random * 6364136223846793005ULL + 1442695040888963407ULL;
      const double seconds = std::bit_cast<double>((exponent << 52U) | (random >> 12U));
      const std::int64_t ns = timeout_ns(seconds);
      if (ns == 0 || ns == kNoDeadline) {
        ASSERT_TRUE(seconds == 0.0 || seconds > 9.2e9) << std::hexfloat << seconds;
        continue;
      }
      ASSERT_TRUE(is_enough(ns, seconds)) << std::hexfloat << seconds << ' ' << ns;
      // The noise of one double may hide more than 1 ns only where doubles are that far apart.
      if (seconds < 1e6) {
        ASSERT_FALSE(ns > 1 && is_enough(ns - 1, seconds)) << std::hexfloat << seconds << ' ' << ns;
      }
    }
  }
}

TEST(DeadlineTest, Saturates) {
  EXPECT_EQ(deadline_after(5, 7), 12);
  EXPECT_EQ(deadline_after(0, kNoDeadline), kNoDeadline);
  EXPECT_EQ(deadline_after(1, kNoDeadline - 1), kNoDeadline);
  EXPECT_EQ(deadline_after(1, kNoDeadline - 2), kNoDeadline - 1);
  EXPECT_EQ(deadline_after(kNoDeadline - 1, 1), kNoDeadline);
}

}  // namespace
}  // namespace lockstep::impl
