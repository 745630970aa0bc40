#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace lockstep::impl {

// A deadline is a time on the platform's monotonic clock, in nanoseconds. This one never comes.
inline constexpr std::int64_t kNoDeadline = std::numeric_limits<std::int64_t>::max();

// A timeout in seconds as whole nanoseconds, exact for every double: rounded up, so that a wait is never cut short,
// except that an excess of at most half a unit in the last place of `seconds` is dropped. That much is only the noise
// of writing a decimal in binary: 1.1 is 1,100,000,000 ns, not one more, which is also what CPython makes of it. Not
// positive is 0; what does not fit, infinity included, is kNoDeadline.
//
// REQUIRES: seconds is not NaN.
[[nodiscard]] inline std::int64_t timeout_ns(double seconds) {
  if (!(seconds > 0.0)) {
    return 0;
  }
  if (seconds >= 9223372037.0) {  // 2^63 ns is 9223372036.85 s.
    return kNoDeadline;
  }
  constexpr int kMantissaBits = 53;
  constexpr std::uint64_t kHalfUnit = 500'000'000;  // Half a mantissa unit, once multiplied by 10^9.
  int exponent = 0;
  const double fraction = std::frexp(seconds, &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, kMantissaBits));
  // seconds * 10^9 = scaled / 2^shift, and scaled < 2^83. The shift is positive, because seconds < 2^34.
  const unsigned __int128 scaled = static_cast<unsigned __int128>(mantissa) * 1'000'000'000U;
  const int shift = kMantissaBits - exponent;
  if (shift > 100) {
    return 1;  // The quotient is 0 and the remainder, all of scaled, is more than half a unit.
  }
  const unsigned __int128 quotient = scaled >> shift;
  const unsigned __int128 remainder = scaled - (quotient << shift);
  const unsigned __int128 rounded = quotient + (remainder > kHalfUnit ? 1U : 0U);
  constexpr auto kMax = static_cast<unsigned __int128>(kNoDeadline);
  return rounded < kMax ? static_cast<std::int64_t>(rounded) : kNoDeadline;
}

// now_ns + duration_ns, saturating: a deadline beyond the clock never comes.
//
// REQUIRES: now_ns >= 0, duration_ns >= 0.
[[nodiscard]] constexpr std::int64_t deadline_after(std::int64_t now_ns, std::int64_t duration_ns) {
  return duration_ns < kNoDeadline - now_ns ? now_ns + duration_ns : kNoDeadline;
}

}  // namespace lockstep::impl
