#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace lockstep::script {

// Reads one line of a script from left to right. Blanks before anything read are skipped; '#' ends the line. The first
// failure stays: what follows it is a consequence, not news.
class Cursor {
 public:
  Cursor(std::string_view line, int number) : line_(line), number_(number) {}

  [[nodiscard]] bool at_end() { return peek() == '\0'; }

  // The next character, '\0' at the end.
  [[nodiscard]] char peek();

  // Reads the symbol, or the whole word, if it comes next.
  [[nodiscard]] bool take(std::string_view symbol);
  [[nodiscard]] bool take_word(std::string_view word);

  // The same, and a failure if something else comes.
  [[nodiscard]] bool expect(std::string_view symbol);
  [[nodiscard]] bool expect_word(std::string_view word);
  [[nodiscard]] bool expect_end();

  // The letters, digits and underscores that come next, perhaps none.
  [[nodiscard]] std::string_view word();

  // Everything up to a blank or a comment.
  [[nodiscard]] std::string_view token();

  // Reads so many characters. REQUIRES: there are as many.
  [[nodiscard]] std::string_view read(std::size_t length);

  // What is left of the line, comments included.
  [[nodiscard]] std::string_view rest();

  // Where the last thing read began, and where the next one does, as columns.
  [[nodiscard]] int last_column() const { return static_cast<int>(last_) + 1; }
  [[nodiscard]] int next_column();

  // Notes a failure: what was expected instead of the last thing read, of the next one, or at a column. Always false.
  bool fail_last(std::string expected) { return fail_at(last_column(), std::move(expected)); }
  bool fail_next(std::string expected) { return fail_at(next_column(), std::move(expected)); }
  bool fail_at(int column, std::string expected);

  [[nodiscard]] const std::optional<base::InputError>& error() const { return error_; }

 private:
  void skip_blanks();

  std::string_view line_;
  int number_;
  std::size_t at_ = 0;
  std::size_t last_ = 0;
  std::optional<base::InputError> error_;
};

}  // namespace lockstep::script
