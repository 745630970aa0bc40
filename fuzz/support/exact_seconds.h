#pragma once

#include <cstdint>
#include <string>

namespace lockstep::fuzz {

// A number of seconds as the decimal that the double is, digit by digit: printf() writes all of them, and no arithmetic
// of ours can round one away. REQUIRES: 0 < seconds < 1e10.
class ExactSeconds {
 public:
  explicit ExactSeconds(double seconds);

  // Whole nanoseconds, rounded down and up.
  [[nodiscard]] __int128 floor_ns() const { return floor_ns_; }
  [[nodiscard]] __int128 ceil_ns() const { return floor_ns_ + (is_whole() ? 0 : 1); }

  // Rounded up, but for an excess of at most half a unit in the last place, which is only the noise of writing a
  // decimal in binary (impl/platform/deadline.h).
  [[nodiscard]] __int128 timeout_ns() const;

 private:
  [[nodiscard]] bool is_whole() const { return excess_.find_first_not_of('0') == std::string::npos; }

  double seconds_;
  std::string excess_;  // the digits beyond the nanoseconds
  __int128 floor_ns_;
};

}  // namespace lockstep::fuzz
