#pragma once

#include <string>
#include <string_view>

namespace lockstep::spec {

// An exception as Outcome::text spells it, taken apart: ValueError("message"), ValueError('message') or ValueError.
struct Exception {
  std::string_view type;
  std::string message;  // escapes resolved; of an OSError its number and text: 22, "Invalid argument"
  bool has_message = false;
};

// Never fails: what it can't read is all type.
[[nodiscard]] Exception read_exception(std::string_view text);

// ValueError("message"), its quotes and backslashes escaped.
[[nodiscard]] std::string spell_exception(std::string_view type, std::string_view message);

}  // namespace lockstep::spec
