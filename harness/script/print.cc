#include "harness/script/print.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "harness/model/value.h"

namespace lockstep::script {
namespace {

using model::ExpectationKind;
using model::Method;
using model::Step;
using model::StepKind;

// Outcomes stand in one column, as long as that leaves them in sight.
constexpr std::size_t kGap = 4;
constexpr std::size_t kColumnMax = 56;

const std::string& actor_name(const model::Script& script, int actor) {
  return script.actors[static_cast<std::size_t>(actor)].name;
}

const std::string& process_name(const model::Script& script, int process) {
  return script.processes[static_cast<std::size_t>(process)].name;
}

std::string print_outcomes(const std::vector<model::Outcome>& outcomes) {
  std::string text;
  for (const model::Outcome& outcome : outcomes) {
    text += text.empty() ? "" : " | ";
    text += outcome.kind == model::OutcomeKind::kValue ? model::quote(outcome.text) : to_string(outcome);
  }
  return text;
}

std::string print_expectation(const model::Script& script, const model::Expectation& expectation) {
  std::string text;
  for (const int actor : expectation.actors) {
    text += text.empty() ? "" : ", ";
    text += actor_name(script, actor);
  }
  switch (expectation.kind) {
    case ExpectationKind::kStillBlocks:
      return text + " still blocks";
    case ExpectationKind::kOneReturns:
      return "one of " + text + " returns " + print_outcomes(expectation.outcomes);
    case ExpectationKind::kReturns:
      return text + ": returns " + print_outcomes(expectation.outcomes);
    case ExpectationKind::kNone:
    case ExpectationKind::kOutcome:
      break;
  }
  return "";
}

std::string print_head(const model::Script& script) {
  std::string text;
  for (std::size_t at = 0; at < script.comment.size();) {
    const std::size_t end = std::min(script.comment.find('\n', at), script.comment.size());
    text += end == at ? "#" : "# ";
    text += script.comment.substr(at, end - at) + "\n";
    at = end + 1;
  }
  for (const std::string& clause : script.clauses) {
    text += "clause   " + clause + "\n";
  }
  for (const model::LockDeclaration& lock : script.locks) {
    text += "lock     " + lock.name + (lock.kind == model::LockKind::kRLock ? " = RLock()\n" : " = Lock()\n");
  }
  for (std::size_t i = 0; i < script.processes.size(); ++i) {
    if (script.processes[i].started_by_step) {
      continue;
    }
    text += "process  " + script.processes[i].name + ":";
    for (const model::ActorDeclaration& actor : script.actors) {
      if (!actor.started_by_step && actor.process == static_cast<int>(i)) {
        text += " " + actor.name;
      }
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string print_call(const model::Script& script, const model::Call& call) {
  const std::string& lock = script.locks[static_cast<std::size_t>(call.lock)].name;
  if (call.method == Method::kRepr) {
    return "repr(" + lock + ")";
  }
  if (call.method == Method::kWith) {
    return "with " + lock + (call.body_raises ? ": body raises" : ": body returns");
  }
  std::string text = lock;
  text += call.method == Method::kAcquire ? ".acquire(" : call.method == Method::kRelease ? ".release(" : ".locked(";
  bool first = true;
  for (const model::Argument& argument : call.arguments) {
    text += first ? "" : ", ";
    text += argument.keyword;
    text += argument.keyword.empty() ? "" : "=";
    text += argument.spelling;
    first = false;
  }
  return text + ")";
}

std::string print_step(const model::Script& script, const Step& step) {
  switch (step.kind) {
    case StepKind::kCall:
      return actor_name(script, step.actor) + ": " + print_call(script, step.call);
    case StepKind::kPause:
      return "pause " + step.seconds.spelling;
    case StepKind::kRace:
      return "race";
    case StepKind::kEnd:
      return "end";
    case StepKind::kStartThread:
      return "start thread " + actor_name(script, step.new_actor) + " in " + process_name(script, step.process);
    case StepKind::kStartProcess:
      return "start process " + process_name(script, step.process) + ": " + actor_name(script, step.new_actor) +
             " from " + actor_name(script, step.actor);
    case StepKind::kFork:
      return "fork " + actor_name(script, step.actor) + " as " + actor_name(script, step.new_actor);
    case StepKind::kExit:
      return "exit " + actor_name(script, step.actor);
    case StepKind::kKill:
      return "kill " + process_name(script, step.process);
    case StepKind::kStop:
      return "stop " + process_name(script, step.process);
    case StepKind::kContinue:
      return "continue " + process_name(script, step.process);
    case StepKind::kSignal:
      return "signal " + actor_name(script, step.actor) + (step.handler_raises ? " raises" : " returns");
    case StepKind::kClock:
      return "clock +" + step.seconds.spelling;
    case StepKind::kExpectation:
      return print_expectation(script, step.expectation);
  }
  return "";
}

std::string print(const model::Script& script) {
  std::vector<std::string> lines;
  std::size_t column = 0;
  bool in_race = false;
  for (const Step& step : script.steps) {
    in_race = in_race && step.kind != StepKind::kEnd;
    lines.push_back((in_race ? "  " : "") + print_step(script, step));
    in_race = in_race || step.kind == StepKind::kRace;
    if (step.kind == StepKind::kCall && step.expectation.kind == ExpectationKind::kOutcome &&
        lines.back().size() + kGap <= kColumnMax) {
      column = std::max(column, lines.back().size() + kGap);
    }
  }
  std::string text = print_head(script);
  text += lines.empty() ? "" : "\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string& line = lines[i];
    const model::Expectation& expectation = script.steps[i].expectation;
    if (expectation.kind == ExpectationKind::kOutcome) {
      line.resize(std::max(column, line.size() + 1), ' ');
      line += "-> " + print_outcomes(expectation.outcomes);
    }
    text += line + "\n";
  }
  if (!script.schedule.empty()) {
    text += "schedule";
    for (const std::uint32_t choice : script.schedule) {
      text += " " + std::to_string(choice);
    }
    text += "\n";
  }
  return text;
}

}  // namespace lockstep::script
