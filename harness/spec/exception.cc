#include "harness/spec/exception.h"

#include "harness/model/value.h"

namespace lockstep::spec {
namespace {

// The text inside one pair of quotes that spans all of it, or nothing.
bool read_quoted(std::string_view text, std::string& message) {
  if (text.size() < 2 || (text.front() != '"' && text.front() != '\'') || text.back() != text.front()) {
    return false;
  }
  const base::Result<model::Value> value = model::parse_value(text);
  const bool plain = value.ok() && model::is_plain(value.value().text);
  if (plain) {
    message = value.value().text;
  }
  return plain;
}

// How long the quoted text at the start of this one is; 0 if there is none.
std::size_t quoted_length(std::string_view text) {
  const char mark = text.front();
  for (std::size_t i = 1; (mark == '"' || mark == '\'') && i < text.size(); ++i) {
    if (text[i] == mark) {
      return i + 1;
    }
    i += text[i] == '\\' ? 1 : 0;
  }
  return 0;
}

// Python chooses the quotation marks by the text between them, a script always takes double ones.
std::string in_double_quotes(std::string_view arguments) {
  std::string normal;
  while (!arguments.empty()) {
    std::size_t length = quoted_length(arguments);
    std::string text;
    if (length > 0 && read_quoted(arguments.substr(0, length), text)) {
      normal += model::quote(text);
    } else {
      length = 1;
      normal += arguments.front();
    }
    arguments.remove_prefix(length);
  }
  return normal;
}

}  // namespace

Exception read_exception(std::string_view text) {
  Exception exception;
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') {
    exception.type = text;
    return exception;
  }
  exception.type = text.substr(0, open);
  const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  exception.has_message = true;
  if (!read_quoted(inside, exception.message)) {
    exception.message = in_double_quotes(inside);
  }
  return exception;
}

std::string spell_exception(std::string_view type, std::string_view message) {
  const std::string quoted = model::is_plain(message) ? model::quote(message) : "\"" + std::string(message) + "\"";
  return std::string(type) + "(" + quoted + ")";
}

}  // namespace lockstep::spec
