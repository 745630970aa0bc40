#include "harness/script/spelling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "harness/model/value.h"

namespace lockstep::script {
namespace {

constexpr std::array<std::string_view, 28> kWords = {
    "as",      "blocks",   "body",   "clause", "clock", "continue", "end",     "exit", "fork",   "from",
    "in",      "kill",     "lock",   "of",     "one",   "pause",    "process", "race", "raises", "repr",
    "returns", "schedule", "signal", "start",  "still", "stop",     "thread",  "with"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

base::InputError error(std::size_t offset, const char* message) {
  return {"", 1, static_cast<int>(offset) + 1, message};
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  const std::size_t found = text.find_first_not_of(" \t", at);
  return found == std::string_view::npos ? text.size() : found;
}

// The values after the opening parenthesis, up to and with the closing one.
base::Result<std::string> normal_arguments(std::string_view text, std::size_t at) {
  std::string normal = "(";
  at = skip_blanks(text, at);
  while (at < text.size() && text[at] != ')') {
    const std::size_t length = value_length(text.substr(at));
    const base::Result<model::Value> value = model::parse_value(text.substr(at, length));
    if (!value.ok()) {
      return error(at + static_cast<std::size_t>(value.error().column) - 1, value.error().message.c_str());
    }
    const bool is_text = value.value().kind == model::ValueKind::kStr;
    normal += is_text ? model::quote(value.value().text) : std::string(text.substr(at, length));
    at = skip_blanks(text, at + length);
    if (at < text.size() && text[at] == ',') {
      normal += ", ";
      at = skip_blanks(text, at + 1);
      if (at == text.size() || text[at] == ')') {
        return error(at, "expected a value");
      }
    } else if (at < text.size() && text[at] != ')') {
      return error(at, "expected ',' or ')'");
    }
  }
  if (at + 1 != text.size()) {
    return error(at, "expected ')' and the end of the exception");
  }
  return normal + ")";
}

}  // namespace

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= static_cast<std::size_t>(kNameMax) && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_name(std::string_view text) {
  return is_identifier(text) && std::find(kWords.begin(), kWords.end(), text) == kWords.end();
}

bool is_clause(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits) && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos;
}

std::optional<model::Seconds> parse_seconds(std::string_view spelling) {
  const base::Result<model::Value> value = model::parse_value(spelling);
  if (!value.ok()) {
    return std::nullopt;
  }
  const bool is_number = value.value().kind == model::ValueKind::kInt || value.value().kind == model::ValueKind::kFloat;
  const double number = value.value().number;
  if (!is_number || value.value().overflow || std::isnan(number) || std::signbit(number) || number > kSecondsMax) {
    return std::nullopt;
  }
  return model::Seconds{std::string(spelling), static_cast<std::int64_t>(std::llround(number * 1e9))};
}

base::Result<std::string> normal_exception(std::string_view text) {
  const std::size_t open = text.find('(');
  const std::string_view type = text.substr(0, open);
  std::size_t part = 0;
  while (part <= type.size()) {
    const std::size_t dot = std::min(type.find('.', part), type.size());
    if (!is_identifier(type.substr(part, dot - part))) {
      return error(part, "expected the type of an exception, such as ValueError");
    }
    part = dot + 1;
  }
  if (open == std::string_view::npos) {
    return std::string(type);
  }
  base::Result<std::string> arguments = normal_arguments(text, open + 1);
  if (!arguments.ok()) {
    return arguments.error();
  }
  return std::string(type) + arguments.value();
}

std::size_t value_length(std::string_view text) {
  char mark = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (mark != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == mark) {
        mark = 0;
      }
    } else if (c == '"' || c == '\'') {
      mark = c;
    } else if (c == ',' || c == ')' || c == ' ' || c == '\t' || c == '#') {
      return i;
    }
  }
  return text.size();
}

}  // namespace lockstep::script
