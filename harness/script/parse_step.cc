#include "harness/script/parse_step.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "harness/script/parse_call.h"

namespace lockstep::script {
namespace {

using model::ExpectationKind;
using model::Step;
using model::StepKind;

class StepParser {
 public:
  StepParser(Cursor& cursor, model::Script& script, int actors, int processes)
      : cursor_(cursor), script_(script), actors_(actors), processes_(processes) {}

  bool parse(Step& step);

 private:
  // What follows the step's first word.
  bool start(Step& step);
  bool start_thread(Step& step);
  bool start_process(Step& step);
  bool fork(Step& step);
  bool signal(Step& step);
  bool seconds(Step& step);
  bool one_of(Step& step);
  bool actor_line(Step& step);
  bool process_step(Step& step);

  bool actor(int& index);
  bool process(int& index);
  void add_actor(std::string name, int in_process, bool main_thread, Step& step);

  Cursor& cursor_;
  model::Script& script_;
  int actors_;
  int processes_;
};

bool StepParser::parse(Step& step) {
  using Rule = bool (StepParser::*)(Step&);
  struct Keyword {
    std::string_view word;
    StepKind kind;
    Rule rule;  // of what follows; null if nothing does
  };
  constexpr std::array<Keyword, 12> kKeywords = {{
      {"pause", StepKind::kPause, &StepParser::seconds},
      {"race", StepKind::kRace, nullptr},
      {"end", StepKind::kEnd, nullptr},
      {"start", StepKind::kStartThread, &StepParser::start},
      {"fork", StepKind::kFork, &StepParser::fork},
      {"exit", StepKind::kExit, nullptr},
      {"kill", StepKind::kKill, &StepParser::process_step},
      {"stop", StepKind::kStop, &StepParser::process_step},
      {"continue", StepKind::kContinue, &StepParser::process_step},
      {"signal", StepKind::kSignal, &StepParser::signal},
      {"clock", StepKind::kClock, &StepParser::seconds},
      {"one", StepKind::kExpectation, &StepParser::one_of},
  }};
  for (const Keyword& keyword : kKeywords) {
    if (cursor_.take_word(keyword.word)) {
      step.kind = keyword.kind;
      if (step.kind == StepKind::kExit) {
        return actor(step.actor);
      }
      return keyword.rule == nullptr || (this->*keyword.rule)(step);
    }
  }
  return actor_line(step);
}

bool StepParser::actor(int& index) {
  index = find_name(cursor_, script_.actors, actors_, "an actor");
  return index >= 0;
}

bool StepParser::process(int& index) {
  index = find_name(cursor_, script_.processes, processes_, "a process");
  return index >= 0;
}

bool StepParser::process_step(Step& step) { return process(step.process); }

void StepParser::add_actor(std::string name, int in_process, bool main_thread, Step& step) {
  step.new_actor = static_cast<int>(script_.actors.size());
  step.process = in_process;
  script_.actors.push_back({std::move(name), in_process, main_thread, true});
}

bool StepParser::start(Step& step) {
  if (cursor_.take_word("thread")) {
    return start_thread(step);
  }
  if (cursor_.take_word("process")) {
    step.kind = StepKind::kStartProcess;
    return start_process(step);
  }
  return cursor_.fail_next("expected 'thread' or 'process'");
}

bool StepParser::start_thread(Step& step) {
  std::string name;
  int index = -1;
  if (!new_actor_name(cursor_, script_, name) || !cursor_.expect_word("in") || !process(index)) {
    return false;
  }
  add_actor(std::move(name), index, false, step);
  return true;
}

bool StepParser::start_process(Step& step) {
  std::string process_name;
  std::string name;
  if (script_.processes.size() == kProcessesMax) {
    return cursor_.fail_next("expected at most 8 processes");
  }
  if (!new_name(cursor_, script_.processes, "a process", process_name) || !cursor_.expect(":") ||
      !new_actor_name(cursor_, script_, name) || !cursor_.expect_word("from") || !actor(step.actor)) {
    return false;
  }
  script_.processes.push_back({std::move(process_name), true});
  add_actor(std::move(name), processes_, true, step);
  return true;
}

bool StepParser::fork(Step& step) {
  if (script_.processes.size() == kProcessesMax) {
    return cursor_.fail_next("expected at most 8 processes");
  }
  std::string name;
  if (!actor(step.actor) || !cursor_.expect_word("as") || !new_actor_name(cursor_, script_, name)) {
    return false;
  }
  for (const model::ProcessDeclaration& other : script_.processes) {
    if (other.name == name) {
      return cursor_.fail_last(
          "expected another name: the child process is called like its actor, and there is a "
          "process '" +
          name + "' already");
    }
  }
  script_.processes.push_back({name, true});
  add_actor(std::move(name), processes_, true, step);
  return true;
}

bool StepParser::signal(Step& step) {
  if (!actor(step.actor)) {
    return false;
  }
  if (!script_.actors[static_cast<std::size_t>(step.actor)].main_thread) {
    return cursor_.fail_last("expected the main thread of a process: only it runs signal handlers");
  }
  step.handler_raises = cursor_.take_word("raises");
  return step.handler_raises || cursor_.take_word("returns") || cursor_.fail_next("expected 'returns' or 'raises'");
}

bool StepParser::seconds(Step& step) {
  const bool clock = step.kind == StepKind::kClock;
  if (clock && !cursor_.expect("+")) {
    return false;
  }
  std::optional<model::Seconds> duration = parse_seconds(cursor_.token());
  if (!duration || (clock && duration->nanoseconds == 0)) {
    return cursor_.fail_last(clock ? "expected more than 0 seconds, at most 1e9, such as 0.25"
                                   : "expected seconds, from 0 to 1e9, such as 0.25");
  }
  step.seconds = *std::move(duration);
  return true;
}

bool StepParser::one_of(Step& step) {
  step.expectation.kind = ExpectationKind::kOneReturns;
  if (!cursor_.expect_word("of")) {
    return false;
  }
  do {
    int index = -1;
    if (!actor(index)) {
      return false;
    }
    step.expectation.actors.push_back(index);
  } while (cursor_.take(","));
  return cursor_.expect_word("returns") && parse_outcomes(cursor_, step.expectation.outcomes);
}

// b still blocks; b: returns X; b: CALL; b: CALL -> X
bool StepParser::actor_line(Step& step) {
  Cursor ahead = cursor_;
  const std::string_view name = ahead.word();
  const bool is_actor_line = is_name(name) && (ahead.peek() == ':' || ahead.take_word("still"));
  if (!is_actor_line) {
    return cursor_.fail_next(
        "expected a step: 'a: L.acquire()', pause, race, end, start, fork, exit, kill, stop, "
        "continue, signal, clock, 'one of', or 'a still blocks'");
  }
  int index = -1;
  if (!actor(index)) {
    return false;
  }
  if (cursor_.take_word("still")) {
    step.kind = StepKind::kExpectation;
    step.expectation = {ExpectationKind::kStillBlocks, {index}, {}};
    return cursor_.expect_word("blocks");
  }
  if (!cursor_.expect(":")) {
    return false;
  }
  if (cursor_.take_word("returns")) {
    step.kind = StepKind::kExpectation;
    step.expectation = {ExpectationKind::kReturns, {index}, {}};
    return parse_outcomes(cursor_, step.expectation.outcomes);
  }
  step.actor = index;
  if (!parse_call(cursor_, script_, step.call)) {
    return false;
  }
  if (!cursor_.take("->")) {
    return true;
  }
  step.expectation.kind = ExpectationKind::kOutcome;
  return parse_outcomes(cursor_, step.expectation.outcomes);
}

}  // namespace

bool parse_step(Cursor& cursor, model::Script& script, int actors, int processes, Step& step) {
  return StepParser(cursor, script, actors, processes).parse(step);
}

bool new_actor_name(Cursor& cursor, const model::Script& script, std::string& name) {
  if (script.actors.size() == kActorsMax) {
    return cursor.fail_next("expected at most 8 actors");
  }
  return new_name(cursor, script.actors, "an actor", name);
}

}  // namespace lockstep::script
