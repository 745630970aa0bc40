#include "harness/script/parse_call.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "harness/model/value.h"
#include "harness/script/spelling.h"

namespace lockstep::script {
namespace {

using model::Method;
using model::Outcome;
using model::OutcomeKind;

bool parse_lock(Cursor& cursor, const model::Script& script, model::Call& call) {
  call.lock = find_name(cursor, script.locks, static_cast<int>(script.locks.size()), "a lock");
  return call.lock >= 0;
}

bool parse_argument(Cursor& cursor, model::Argument& argument) {
  const std::string_view rest = cursor.rest();
  const std::size_t equals = rest.find_first_of("=,)\"'");
  if (equals != std::string_view::npos && rest[equals] == '=') {
    argument.keyword = cursor.word();
    if (!is_identifier(argument.keyword)) {
      return cursor.fail_last("expected a keyword such as timeout");
    }
    if (!cursor.expect("=")) {
      return false;
    }
  }
  const std::size_t length = value_length(cursor.rest());
  argument.spelling = cursor.read(length);
  const base::Result<model::Value> value = model::parse_value(argument.spelling);
  return value.ok() || cursor.fail_at(cursor.last_column() + value.error().column - 1, value.error().message);
}

bool parse_arguments(Cursor& cursor, std::vector<model::Argument>& arguments) {
  if (!cursor.expect("(")) {
    return false;
  }
  if (cursor.take(")")) {
    return true;
  }
  do {
    model::Argument argument;
    if (!parse_argument(cursor, argument)) {
      return false;
    }
    arguments.push_back(std::move(argument));
  } while (cursor.take(","));
  return cursor.expect(")");
}

bool parse_exception(Cursor& cursor, Outcome& outcome) {
  // The exception reaches to its closing parenthesis, or to the end of its type.
  const std::string_view rest = cursor.rest();
  std::size_t length = rest.find_first_of(" \t|#(");
  length = length == std::string_view::npos ? rest.size() : length;
  if (length < rest.size() && rest[length] == '(') {
    do {
      ++length;
      length += value_length(rest.substr(length));
    } while (length < rest.size() && rest[length] != ')' && rest[length] != '#');
    length += length < rest.size() && rest[length] == ')' ? 1U : 0U;
  }
  const base::Result<std::string> normal = normal_exception(cursor.read(length));
  if (!normal.ok()) {
    return cursor.fail_at(cursor.last_column() + normal.error().column - 1, normal.error().message);
  }
  outcome = {OutcomeKind::kRaised, normal.value()};
  return true;
}

bool parse_outcome(Cursor& cursor, Outcome& outcome) {
  constexpr std::array<std::pair<std::string_view, OutcomeKind>, 4> kPlain = {{{"True", OutcomeKind::kTrue},
                                                                               {"False", OutcomeKind::kFalse},
                                                                               {"None", OutcomeKind::kNone},
                                                                               {"blocks", OutcomeKind::kBlocks}}};
  for (const auto& [word, kind] : kPlain) {
    if (cursor.take_word(word)) {
      outcome.kind = kind;
      return true;
    }
  }
  if (cursor.take_word("raises")) {
    return parse_exception(cursor, outcome);
  }
  if (cursor.peek() == '"') {
    const std::string_view spelling = cursor.read(value_length(cursor.rest()));
    const base::Result<model::Value> value = model::parse_value(spelling);
    if (!value.ok()) {
      return cursor.fail_at(cursor.last_column() + value.error().column - 1, value.error().message);
    }
    outcome = {OutcomeKind::kValue, value.value().text};
    return true;
  }
  return cursor.fail_next(
      "expected an outcome: True, False, None, blocks, raises ValueError(\"...\"), or a repr in quotes");
}

}  // namespace

bool parse_call(Cursor& cursor, const model::Script& script, model::Call& call) {
  if (cursor.take_word("repr")) {
    call.method = Method::kRepr;
    return cursor.expect("(") && parse_lock(cursor, script, call) && cursor.expect(")");
  }
  if (cursor.take_word("with")) {
    call.method = Method::kWith;
    if (!parse_lock(cursor, script, call) || !cursor.expect(":") || !cursor.expect_word("body")) {
      return false;
    }
    call.body_raises = cursor.take_word("raises");
    return call.body_raises || cursor.take_word("returns") || cursor.fail_next("expected 'returns' or 'raises'");
  }
  if (!parse_lock(cursor, script, call) || !cursor.expect(".")) {
    return false;
  }
  if (cursor.take_word("acquire")) {
    call.method = Method::kAcquire;
  } else if (cursor.take_word("release")) {
    call.method = Method::kRelease;
  } else if (cursor.take_word("locked")) {
    call.method = Method::kLocked;
  } else {
    return cursor.fail_next("expected 'acquire', 'release' or 'locked'");
  }
  return parse_arguments(cursor, call.arguments);
}

bool parse_outcomes(Cursor& cursor, std::vector<Outcome>& outcomes) {
  do {
    Outcome outcome;
    if (!parse_outcome(cursor, outcome)) {
      return false;
    }
    outcomes.push_back(std::move(outcome));
  } while (cursor.take("|"));
  return true;
}

}  // namespace lockstep::script
