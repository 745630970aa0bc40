#include "harness/script/parse.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "harness/script/cursor.h"
#include "harness/script/parse_step.h"
#include "harness/script/spelling.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using base::InputError;
using model::LockKind;

// A file: its head, its steps, at most one schedule. Every function reads one line, and is false after a failure.
class Parser {
 public:
  std::optional<InputError> parse(std::string_view text);
  model::Script& script() { return script_; }

 private:
  bool line(Cursor& cursor);
  void comment_line(std::string_view line);
  bool declaration(Cursor& cursor, std::string_view word);
  bool lock_line(Cursor& cursor);
  bool process_line(Cursor& cursor);
  bool clause_line(Cursor& cursor);
  bool step_line(Cursor& cursor);
  bool schedule_line(Cursor& cursor);

  model::Script script_;
  std::optional<StepRules> rules_;  // from the first step on
  int line_number_ = 0;
  int race_line_ = 0;
  bool scheduled_ = false;
};

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

std::optional<InputError> Parser::parse(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line_text = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number_;
    if (line_text.ends_with('\r')) {
      line_text.remove_suffix(1);
    }
    Cursor cursor(line_text, line_number_);
    if (cursor.at_end()) {
      comment_line(line_text);
    } else if (!line(cursor)) {
      return cursor.error();
    }
  }
  while (script_.comment.ends_with('\n')) {
    script_.comment.pop_back();
  }
  const std::string message = rules_ ? rules_->check_end(script_) : check_head(script_);
  const std::string comment = message.empty() ? check_head(script_) : message;
  if (comment.empty()) {
    return std::nullopt;
  }
  return InputError{"", race_line_ > 0 ? race_line_ : std::max(line_number_, 1), 1, comment};
}

// Keeps the comment at the top; others are for the reader of the source only.
void Parser::comment_line(std::string_view line_text) {
  const bool head = script_.locks.empty() && script_.processes.empty() && script_.clauses.empty() && !rules_;
  if (!head || is_blank(line_text)) {
    return;
  }
  std::string_view words = line_text.substr(line_text.find('#') + 1);
  words.remove_prefix(words.starts_with(' ') ? 1 : 0);
  const std::size_t last = words.find_last_not_of(" \t");
  words = words.substr(0, last == std::string_view::npos ? 0 : last + 1);
  if (!script_.comment.empty()) {
    script_.comment += '\n';
  }
  script_.comment += words;
}

bool Parser::line(Cursor& cursor) {
  if (scheduled_) {
    return cursor.fail_next("expected nothing after the schedule: it is the last line");
  }
  for (const std::string_view word : {"clause", "lock", "process"}) {
    if (cursor.take_word(word)) {
      return declaration(cursor, word);
    }
  }
  if (cursor.take_word("schedule")) {
    return schedule_line(cursor);
  }
  return step_line(cursor);
}

bool Parser::declaration(Cursor& cursor, std::string_view word) {
  if (rules_) {
    return cursor.fail_last("expected a step: declarations come before the first one");
  }
  const bool read = word == "clause" ? clause_line(cursor) : word == "lock" ? lock_line(cursor) : process_line(cursor);
  return read && cursor.expect_end();
}

bool Parser::clause_line(Cursor& cursor) {
  const std::string_view clause = cursor.token();
  script_.clauses.emplace_back(clause);
  return is_clause(clause) || cursor.fail_last("expected a clause such as lock.acquire.timeout-negative");
}

bool Parser::lock_line(Cursor& cursor) {
  model::LockDeclaration lock;
  if (script_.locks.size() == kLocksMax) {
    return cursor.fail_next("expected at most 8 locks");
  }
  if (!new_name(cursor, script_.locks, "a lock", lock.name) || !cursor.expect("=")) {
    return false;
  }
  const bool recursive = cursor.take_word("RLock");
  if (!recursive && !cursor.take_word("Lock")) {
    return cursor.fail_next("expected 'Lock()' or 'RLock()'");
  }
  lock.kind = recursive ? LockKind::kRLock : LockKind::kLock;
  script_.locks.push_back(std::move(lock));
  return cursor.expect("(") && cursor.expect(")");
}

bool Parser::process_line(Cursor& cursor) {
  model::ProcessDeclaration process;
  if (script_.processes.size() == kProcessesMax) {
    return cursor.fail_next("expected at most 8 processes");
  }
  if (!new_name(cursor, script_.processes, "a process", process.name) || !cursor.expect(":")) {
    return false;
  }
  script_.processes.push_back(std::move(process));
  bool main_thread = true;
  do {
    model::ActorDeclaration actor;
    if (!new_actor_name(cursor, script_, actor.name)) {
      return false;
    }
    actor.process = static_cast<int>(script_.processes.size()) - 1;
    actor.main_thread = std::exchange(main_thread, false);
    script_.actors.push_back(std::move(actor));
  } while (!cursor.at_end());
  return true;
}

bool Parser::step_line(Cursor& cursor) {
  const int column = cursor.next_column();
  if (!rules_) {
    const std::string message = check_head(script_);
    if (!message.empty()) {
      return cursor.fail_at(column, message + ", before the first step");
    }
    rules_.emplace(script_);
  }
  model::Step step;
  step.line = line_number_;
  if (!parse_step(cursor, script_, rules_->actors(), rules_->processes(), step) || !cursor.expect_end()) {
    return false;
  }
  const std::string message = rules_->check(script_, step);
  if (!message.empty()) {
    return cursor.fail_at(column, message);
  }
  race_line_ = !rules_->in_race() ? 0 : race_line_ == 0 ? line_number_ : race_line_;
  script_.steps.push_back(std::move(step));
  return true;
}

bool Parser::schedule_line(Cursor& cursor) {
  scheduled_ = true;
  do {
    const std::string_view digits = cursor.token();
    std::uint32_t choice = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), choice);
    if (digits.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
      return cursor.fail_last("expected a choice, a number from 0 on");
    }
    script_.schedule.push_back(choice);
  } while (!cursor.at_end());
  return true;
}

}  // namespace

base::Result<model::Script> parse(std::string_view text, const std::string& file) {
  Parser parser;
  std::optional<InputError> error = parser.parse(text);
  if (error) {
    error->file = file;
    return *std::move(error);
  }
  return std::move(parser.script());
}

}  // namespace lockstep::script
