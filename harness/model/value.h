#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace lockstep::model {

enum class ValueKind : std::uint8_t { kNone, kBool, kInt, kFloat, kStr };

// The Python object that a spelling in a script stands for.
struct Value {
  ValueKind kind = ValueKind::kNone;

  // What float(x) gives, correctly rounded, half to even as CPython does; 0 where overflow is set, and for None and
  // str.
  double number = 0;

  // An int too large for a float: float(x) raises OverflowError("int too large to convert to float").
  bool overflow = false;

  // What bool(x) gives.
  bool truth = false;

  // A bool or an int, where it fits.
  std::optional<std::int64_t> integer;

  // A str, its escapes resolved.
  std::string text;

  [[nodiscard]] bool is_number() const {
    return kind == ValueKind::kBool || kind == ValueKind::kInt || kind == ValueKind::kFloat;
  }
  bool operator==(const Value&) const = default;
};

// Reads None, True, False, nan, inf, -inf, ints (-1, 10**400, 2**63), floats (0.5, 1e20, 5e-324) and strings ("x", 'x',
// with the escapes \\ \" \' \n \t), in Python's meaning: -2**63 is -(2**63). The error says what was expected; its
// column counts from the start of the spelling. Ints are at most kDigitsMax decimal digits long. A float that would
// round to infinity, or to zero without being it, is an error: inf and 0.0 say so plainly.
[[nodiscard]] base::Result<Value> parse_value(std::string_view spelling);

inline constexpr int kDigitsMax = 1000;

// A str as scripts spell it, in double quotes. REQUIRES: is_plain(text).
[[nodiscard]] std::string quote(std::string_view text);

// Whether a script can spell the text: printable ASCII, newlines and tabs.
[[nodiscard]] bool is_plain(std::string_view text);

}  // namespace lockstep::model
