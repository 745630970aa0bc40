#include "fuzz/support/exact_seconds.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace lockstep::fuzz {
namespace {

// Of the least double, 2^-1074.
constexpr int kDigits = 1074;
constexpr int kNanosecondDigits = 9;

// As nanoseconds: the whole ones, and the digits that follow.
__int128 split(double seconds, std::string& rest) {
  char text[kDigits + 16];
  std::snprintf(text, sizeof text, "%.*f", kDigits, seconds);
  const std::string digits = text;
  const std::size_t point = digits.find('.');
  const long long whole = std::atoll(digits.substr(0, point).c_str());
  const long long nanoseconds = std::atoll(digits.substr(point + 1, kNanosecondDigits).c_str());
  rest = digits.substr(point + 1 + kNanosecondDigits);
  return static_cast<__int128>(whole) * 1'000'000'000 + nanoseconds;
}

}  // namespace

ExactSeconds::ExactSeconds(double seconds) : seconds_(seconds), floor_ns_(split(seconds, excess_)) {}

__int128 ExactSeconds::timeout_ns() const {
  int exponent = 0;
  (void)std::frexp(seconds_, &exponent);
  std::string noise;
  const bool noise_hides_all = split(std::ldexp(1.0, exponent - 54), noise) > 0;
  // Of equally long fractions the larger one comes later in the alphabet.
  return noise_hides_all || excess_ <= noise ? floor_ns_ : ceil_ns();
}

}  // namespace lockstep::fuzz
