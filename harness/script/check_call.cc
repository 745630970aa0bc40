#include "harness/script/check_call.h"

#include "harness/model/value.h"
#include "harness/script/spelling.h"

namespace lockstep::script {
namespace {

using model::ExpectationKind;
using model::Outcome;
using model::OutcomeKind;

std::string check_arguments(const std::vector<model::Argument>& arguments) {
  if (arguments.size() > kArgumentsMax) {
    return "expected at most " + std::to_string(kArgumentsMax) + " arguments";
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const base::Result<model::Value> value = model::parse_value(arguments[i].spelling);
    if (!value.ok()) {
      return value.error().message;
    }
    const std::string& keyword = arguments[i].keyword;
    if (keyword.empty()) {
      if (i > 0 && !arguments[i - 1].keyword.empty()) {
        return "expected a keyword: positional arguments come first";
      }
      continue;
    }
    if (!is_identifier(keyword)) {
      return "expected a keyword, not '" + keyword + "'";
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (arguments[j].keyword == keyword) {
        return "expected another keyword: '" + keyword + "' is given twice";
      }
    }
  }
  return "";
}

bool is_possible(const Outcome& outcome, bool may_block) {
  switch (outcome.kind) {
    case OutcomeKind::kTrue:
    case OutcomeKind::kFalse:
    case OutcomeKind::kNone:
      return outcome.text.empty();
    case OutcomeKind::kBlocks:
      return may_block && outcome.text.empty();
    case OutcomeKind::kValue:
      return model::is_plain(outcome.text);
    case OutcomeKind::kRaised: {
      const base::Result<std::string> normal = normal_exception(outcome.text);
      return normal.ok() && normal.value() == outcome.text;
    }
    case OutcomeKind::kCrashed:
    case OutcomeKind::kHung:
      return false;
  }
  return false;
}

}  // namespace

std::string check_call(const model::Call& call, std::size_t locks) {
  if (call.lock < 0 || static_cast<std::size_t>(call.lock) >= locks) {
    return "expected a declared lock";
  }
  const bool is_plain_method = call.method == model::Method::kAcquire || call.method == model::Method::kRelease ||
                               call.method == model::Method::kLocked;
  if (!is_plain_method && !call.arguments.empty()) {
    return "expected no arguments";
  }
  if (call.method != model::Method::kWith && call.body_raises) {
    return "expected a body in 'with' only";
  }
  return check_arguments(call.arguments);
}

std::string check_expectation(const model::Expectation& expectation, int actors) {
  const std::size_t named = expectation.actors.size();
  for (std::size_t i = 0; i < named; ++i) {
    const int actor = expectation.actors[i];
    if (actor < 0 || actor >= actors) {
      return "expected an actor that was started";
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (expectation.actors[j] == actor) {
        return "expected different actors";
      }
    }
  }
  bool actors_fit = false;
  switch (expectation.kind) {
    case ExpectationKind::kNone:
    case ExpectationKind::kOutcome:
      actors_fit = named == 0;
      break;
    case ExpectationKind::kReturns:
    case ExpectationKind::kStillBlocks:
      actors_fit = named == 1;
      break;
    case ExpectationKind::kOneReturns:
      actors_fit = named >= 2;
      break;
  }
  if (!actors_fit) {
    return "expected one actor, or two or more after 'one of'";
  }
  const bool needs_outcomes =
      expectation.kind != ExpectationKind::kNone && expectation.kind != ExpectationKind::kStillBlocks;
  if (needs_outcomes == expectation.outcomes.empty()) {
    return "expected an outcome";
  }
  for (const Outcome& outcome : expectation.outcomes) {
    if (!is_possible(outcome, expectation.kind == ExpectationKind::kOutcome)) {
      return "expected an outcome: True, False, None, blocks, raises ValueError(\"...\"), or a repr in double quotes";
    }
  }
  return "";
}

}  // namespace lockstep::script
