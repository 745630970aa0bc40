#include "harness/script/cursor.h"

#include <utility>

#include "harness/base/check.h"

namespace lockstep::script {
namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

std::size_t word_end(std::string_view line, std::size_t at) {
  while (at < line.size() && is_word(line[at])) {
    ++at;
  }
  return at;
}

}  // namespace

void Cursor::skip_blanks() {
  while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t')) {
    ++at_;
  }
}

char Cursor::peek() {
  skip_blanks();
  return at_ == line_.size() || line_[at_] == '#' ? '\0' : line_[at_];
}

bool Cursor::take(std::string_view symbol) {
  skip_blanks();
  if (!line_.substr(at_).starts_with(symbol)) {
    return false;
  }
  last_ = at_;
  at_ += symbol.size();
  return true;
}

bool Cursor::take_word(std::string_view word) {
  skip_blanks();
  return line_.substr(at_, word_end(line_, at_) - at_) == word && take(word);
}

bool Cursor::expect(std::string_view symbol) {
  return take(symbol) || fail_next("expected '" + std::string(symbol) + "'");
}

bool Cursor::expect_word(std::string_view word) {
  return take_word(word) || fail_next("expected '" + std::string(word) + "'");
}

bool Cursor::expect_end() { return at_end() || fail_next("expected the end of the line"); }

std::string_view Cursor::word() {
  skip_blanks();
  return read(word_end(line_, at_) - at_);
}

std::string_view Cursor::token() {
  skip_blanks();
  const std::size_t end = std::min(line_.find_first_of(" \t#", at_), line_.size());
  return read(end - at_);
}

std::string_view Cursor::read(std::size_t length) {
  skip_blanks();
  LOCKSTEP_CHECK(length <= line_.size() - at_);
  last_ = at_;
  at_ += length;
  return line_.substr(last_, length);
}

std::string_view Cursor::rest() {
  skip_blanks();
  return line_.substr(at_);
}

int Cursor::next_column() {
  skip_blanks();
  return static_cast<int>(at_) + 1;
}

bool Cursor::fail_at(int column, std::string expected) {
  if (!error_) {
    error_ = base::InputError{"", number_, column, std::move(expected)};
  }
  return false;
}

}  // namespace lockstep::script
