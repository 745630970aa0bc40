#include <algorithm>
#include <string_view>

#include "fuzz/support/report.h"
#include "fuzz/support/target.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/validate.h"

// A text is a script or an error with its place: parse() never crashes, what it reads is valid, and print() gives a
// text that it reads back as the same script.
namespace lockstep::fuzz {
namespace {

[[noreturn]] void fail(std::string_view kind, const std::string& details) {
  report("parse", "print", "script.text", kind, details);
}

// Its place is a character of the text, or the end of a line.
void check_error(const base::InputError& error, std::string_view text) {
  if (error.line < 1 || error.column < 1 || error.message.empty()) {
    fail("error-without-place", error.text());
  }
  for (int line = 1; line < error.line; ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      fail("error-beyond-the-text", error.text());
    }
    text.remove_prefix(end + 1);
  }
  if (static_cast<std::size_t>(error.column) > std::min(text.find('\n'), text.size()) + 1) {
    fail("error-beyond-its-line", error.text());
  }
}

void check(std::string_view text) {
  const base::Result<model::Script> parsed = script::parse(text, "input");
  if (!parsed.ok()) {
    return check_error(parsed.error(), text);
  }
  if (const auto error = script::validate(parsed.value()); error.has_value()) {
    fail("invalid", error->text());
  }
  const std::string printed = script::print(parsed.value());
  const base::Result<model::Script> again = script::parse(printed, "printed");
  if (!again.ok()) {
    fail("printed-unreadable", printed + "\n" + again.error().text());
  }
  if (!(again.value() == parsed.value())) {
    fail("printed-differs", printed);
  }
  if (script::print(again.value()) != printed) {
    fail("printed-twice-differs", printed);
  }
}

std::string_view as_text(std::span<const std::uint8_t> input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) { return std::string(as_text(input)); }

}  // namespace lockstep::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lockstep::fuzz::check(lockstep::fuzz::as_text({data, size}));
  return 0;
}
