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
  if (value.ok()) {
    message = value.value().text;
  }
  return value.ok();
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
    exception.message = inside;
  }
  return exception;
}

std::string spell_exception(std::string_view type, std::string_view message) {
  const std::string quoted = model::is_plain(message) ? model::quote(message) : "\"" + std::string(message) + "\"";
  return std::string(type) + "(" + quoted + ")";
}

}  // namespace lockstep::spec
