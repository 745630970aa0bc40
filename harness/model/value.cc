#include "harness/model/value.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <system_error>
#include <vector>

#include "harness/base/check.h"

namespace lockstep::model {
namespace {

constexpr const char* kExpected =
    "expected a value: None, True, False, nan, inf, -inf, a number such as -1, 0.5, 1e20 or 10**400, or a \"string\"";

base::InputError error(std::size_t offset, const char* message) {
  return {"", 1, static_cast<int>(offset) + 1, message};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

// As in Python, 007 is no number, and 0 and 00 are.
bool is_integer(std::string_view text) {
  return !text.empty() && count_digits(text) == text.size() &&
         (text[0] != '0' || text.find_first_not_of('0') == std::string_view::npos);
}

// base**exponent in decimal; empty if it is longer than kDigitsMax. Exact, so that one correctly rounded conversion
// from decimal serves every int.
std::string power(std::uint32_t base, std::uint32_t exponent) {
  constexpr std::uint32_t kLimb = 1000000000;
  std::vector<std::uint32_t> limbs = {1};
  if (base < 2) {
    return base == 1 || exponent == 0 ? "1" : "0";
  }
  for (std::uint32_t left = exponent; left > 0;) {
    std::uint32_t factor = 1;  // as many at a time as a limb can hold
    do {
      factor *= base;
      --left;
    } while (left > 0 && factor <= kLimb / base);
    std::uint64_t carry = 0;
    for (std::uint32_t& limb : limbs) {
      carry += static_cast<std::uint64_t>(limb) * factor;
      limb = static_cast<std::uint32_t>(carry % kLimb);
      carry /= kLimb;
    }
    for (; carry != 0; carry /= kLimb) {
      limbs.push_back(static_cast<std::uint32_t>(carry % kLimb));
    }
    if (limbs.size() * 9 > static_cast<std::size_t>(kDigitsMax) + 8) {
      return "";
    }
  }
  std::string digits = std::to_string(limbs.back());
  for (std::size_t i = limbs.size() - 1; i-- > 0;) {
    const std::string part = std::to_string(limbs[i]);
    digits += std::string(9 - part.size(), '0') + part;
  }
  return digits;
}

Value make_int(bool negative, std::string_view digits) {
  Value value;
  value.kind = ValueKind::kInt;
  value.truth = digits.find_first_not_of('0') != std::string_view::npos;
  std::uint64_t magnitude = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (read.ec == std::errc() && magnitude <= kMost + (negative ? 1U : 0U)) {
    value.integer = static_cast<std::int64_t>(negative ? 0U - magnitude : magnitude);
  }
  double number = 0;
  value.overflow = std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc();
  value.number = value.overflow ? 0.0 : negative && number != 0 ? -number : number;
  return value;
}

base::Result<Value> parse_int(bool negative, std::string_view text, std::size_t offset) {
  const std::size_t stars = text.find("**");
  if (stars == std::string_view::npos) {
    if (text.size() > static_cast<std::size_t>(kDigitsMax)) {
      return error(offset, "expected an int of at most 1000 digits");
    }
    return make_int(negative, text);
  }
  const std::string_view exponent_text = text.substr(stars + 2);
  if (!is_integer(text.substr(0, stars)) || !is_integer(exponent_text)) {
    return error(offset, "expected a power such as 10**400");
  }
  std::uint32_t base = 0;
  std::uint32_t exponent = 0;
  const char* end = text.data() + text.size();
  const bool fits = std::from_chars(text.data(), text.data() + stars, base).ec == std::errc() &&
                    std::from_chars(exponent_text.data(), end, exponent).ec == std::errc();
  const std::string digits = fits ? power(base, exponent) : "";
  if (digits.empty() || digits.size() > static_cast<std::size_t>(kDigitsMax)) {
    return error(offset, "expected an int of at most 1000 digits");
  }
  return make_int(negative, digits);
}

// [digits].[digits][e[+-]digits] with a digit before the exponent; the caller knows that it is no int.
bool is_float(std::string_view text) {
  const std::size_t whole = count_digits(text);
  text.remove_prefix(whole);
  std::size_t digits = whole;
  if (text.starts_with('.')) {
    const std::size_t fraction = count_digits(text.substr(1));
    digits += fraction;
    text.remove_prefix(1 + fraction);
  }
  if (digits > 0 && (text.starts_with('e') || text.starts_with('E'))) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) {
      text.remove_prefix(1);
    }
    return !text.empty() && count_digits(text) == text.size();
  }
  return digits > 0 && text.empty();
}

Value make_float(double number) {
  Value value;
  value.kind = ValueKind::kFloat;
  value.number = number;
  value.truth = number != 0;  // True of nan, as in Python.
  return value;
}

base::Result<Value> parse_number(std::string_view spelling) {
  const bool negative = spelling.starts_with('-');
  const std::string_view text = spelling.substr(negative ? 1 : 0);
  const std::size_t offset = negative ? 1 : 0;
  if (text == "inf") {
    const double infinity = std::numeric_limits<double>::infinity();
    return make_float(negative ? -infinity : infinity);
  }
  if (is_integer(text) || (text.find("**") != std::string_view::npos && is_digit(text[0]))) {
    return parse_int(negative, text, offset);
  }
  if (text.empty() || !is_float(text) || count_digits(text) == text.size()) {
    return error(0, kExpected);
  }
  double number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    return error(offset, "expected a float within a double's range; inf and 0.0 say the others plainly");
  }
  return make_float(negative ? -number : number);
}

base::Result<Value> parse_string(std::string_view spelling) {
  const char mark = spelling[0];
  Value value;
  value.kind = ValueKind::kStr;
  for (std::size_t i = 1; i < spelling.size(); ++i) {
    const char c = spelling[i];
    if (c == mark) {
      if (i + 1 != spelling.size()) {
        return error(i + 1, "expected the value to end here");
      }
      value.truth = !value.text.empty();
      return value;
    }
    if (c == '\\') {
      constexpr std::string_view kNames = "\\\"'nt";
      constexpr std::string_view kMeanings = "\\\"'\n\t";
      const std::size_t which = i + 1 < spelling.size() ? kNames.find(spelling[i + 1]) : std::string_view::npos;
      if (which == std::string_view::npos) {
        return error(i, "expected one of the escapes \\\\ \\\" \\' \\n \\t");
      }
      value.text += kMeanings[which];
      ++i;
    } else if (c < ' ' || c > '~') {
      return error(i, "expected printable ASCII");
    } else {
      value.text += c;
    }
  }
  return error(spelling.size(), "expected the closing quotation mark");
}

Value make_bool(bool truth) {
  Value value;
  value.kind = ValueKind::kBool;
  value.truth = truth;
  value.number = truth ? 1 : 0;
  value.integer = truth ? 1 : 0;
  return value;
}

}  // namespace

base::Result<Value> parse_value(std::string_view spelling) {
  if (spelling.empty()) {
    return error(0, kExpected);
  }
  if (spelling[0] == '"' || spelling[0] == '\'') {
    return parse_string(spelling);
  }
  if (spelling == "None") {
    return Value();
  }
  if (spelling == "True" || spelling == "False") {
    return make_bool(spelling == "True");
  }
  if (spelling == "nan") {
    return make_float(std::numeric_limits<double>::quiet_NaN());
  }
  return parse_number(spelling);
}

std::string quote(std::string_view text) {
  LOCKSTEP_CHECK(is_plain(text));
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n' || c == '\t') {
      quoted += c == '\n' ? "\\n" : "\\t";
      continue;
    }
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + "\"";
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\t'; });
}

}  // namespace lockstep::model
