#include "impl/python/python.h"

#include "impl/python/edition.h"

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lockstep::impl {

int edition_from_environment() {
  const char* variable = std::getenv("LOCKSTEP_EDITION");
  if (variable == nullptr || *variable == '\0') {
    return PY_MINOR_VERSION;
  }
  const std::string_view text(variable);
  constexpr std::string_view kMajor = "3.";
  int minor = 0;
  if (text.substr(0, kMajor.size()) == kMajor) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + kMajor.size(), end, minor);
    if (parsed.ec == std::errc() && parsed.ptr == end && minor >= 0) {
      return minor;
    }
  }
  throw std::invalid_argument("LOCKSTEP_EDITION must be like 3.12, not '" + std::string(text) + "'");
}

int edition() {
  static const int minor = edition_from_environment();
  return minor;
}

}  // namespace lockstep::impl
