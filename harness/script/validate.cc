#include "harness/script/validate.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "harness/script/check_call.h"
#include "harness/script/spelling.h"

namespace lockstep::script {
namespace {

using model::Step;
using model::StepKind;

bool within(int index, std::size_t count) { return index >= 0 && static_cast<std::size_t>(index) < count; }

// The step with nothing but what its kind uses: what a text can say.
Step essential(const Step& step) {
  Step kept;
  kept.kind = step.kind;
  switch (step.kind) {
    case StepKind::kCall:
      kept.actor = step.actor;
      kept.call = step.call;
      kept.expectation = step.expectation;
      break;
    case StepKind::kPause:
    case StepKind::kClock:
      kept.seconds = step.seconds;
      break;
    case StepKind::kRace:
    case StepKind::kEnd:
      break;
    case StepKind::kStartProcess:
    case StepKind::kFork:
      kept.actor = step.actor;
      [[fallthrough]];
    case StepKind::kStartThread:
      kept.new_actor = step.new_actor;
      [[fallthrough]];
    case StepKind::kKill:
    case StepKind::kStop:
    case StepKind::kContinue:
      kept.process = step.process;
      break;
    case StepKind::kSignal:
      kept.handler_raises = step.handler_raises;
      [[fallthrough]];
    case StepKind::kExit:
      kept.actor = step.actor;
      break;
    case StepKind::kExpectation:
      kept.expectation = step.expectation;
      break;
  }
  return kept;
}

// Whether no name is used twice; the lists are so short that sorting would not pay.
template <typename Declaration>
std::string check_names(const std::vector<Declaration>& declarations, std::string_view kind) {
  for (std::size_t i = 0; i < declarations.size(); ++i) {
    const std::string& name = declarations[i].name;
    if (!is_name(name)) {
      return "expected a name for the " + std::string(kind) + ", not '" + name + "'";
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (declarations[j].name == name) {
        return "expected a new name: the " + std::string(kind) + " '" + name + "' is there already";
      }
    }
  }
  return "";
}

std::string check_comment(const std::string& comment) {
  const auto odd = [](char c) { return c != '\n' && (c < ' ' || c > '~'); };
  if (std::any_of(comment.begin(), comment.end(), odd)) {
    return "expected printable ASCII in the comment";
  }
  if (comment.find(" \n") != std::string::npos || comment.starts_with('\n') || comment.ends_with('\n') ||
      comment.ends_with(' ')) {
    return "expected a comment without blanks at its lines' ends, or empty lines at its own";
  }
  return "";
}

}  // namespace

std::string check_head(const model::Script& script) {
  if (script.locks.empty() || script.processes.empty() || script.processes[0].started_by_step) {
    return script.locks.empty() ? "expected a lock, as in 'lock L = Lock()'"
                                : "expected a process, as in 'process P: a'";
  }
  if (script.locks.size() > kLocksMax || script.processes.size() > kProcessesMax || script.actors.size() > kActorsMax) {
    return "expected at most 8 locks, 8 processes and 8 actors";
  }
  for (std::string message : {check_names(script.locks, "lock"), check_names(script.processes, "process"),
                              check_names(script.actors, "actor"), check_comment(script.comment)}) {
    if (!message.empty()) {
      return message;
    }
  }
  if (!std::all_of(script.clauses.begin(), script.clauses.end(), is_clause)) {
    return "expected a clause such as lock.acquire.timeout-negative";
  }
  // Actors of the head stand in the order of their processes, each of which has one at least.
  int process = -1;
  for (const model::ActorDeclaration& actor : script.actors) {
    if (actor.started_by_step) {
      continue;
    }
    const bool next = actor.process == process + 1;
    if (!(next || (actor.process == process && process >= 0)) || actor.main_thread != next ||
        !within(actor.process, script.processes.size()) ||
        script.processes[static_cast<std::size_t>(actor.process)].started_by_step) {
      return "expected actors in the order of their processes, the first of each its main thread";
    }
    process = actor.process;
  }
  const auto in_head = [](const auto& declaration) { return !declaration.started_by_step; };
  if (std::count_if(script.processes.begin(), script.processes.end(), in_head) != process + 1) {
    return "expected an actor in every process";
  }
  if (!std::is_partitioned(script.processes.begin(), script.processes.end(), in_head) ||
      !std::is_partitioned(script.actors.begin(), script.actors.end(), in_head)) {
    return "expected what steps start after what the head declares";
  }
  return "";
}

StepRules::StepRules(const model::Script& script) {
  const auto in_head = [](const auto& declaration) { return !declaration.started_by_step; };
  actors_ = static_cast<int>(std::count_if(script.actors.begin(), script.actors.end(), in_head));
  processes_ = static_cast<int>(std::count_if(script.processes.begin(), script.processes.end(), in_head));
}

std::string StepRules::check(const model::Script& script, const Step& step) {
  if (++steps_ > kStepsMax) {
    return "expected at most " + std::to_string(kStepsMax) + " steps";
  }
  if (in_race_ || step.kind == StepKind::kEnd) {
    std::string message = check_race(step);
    if (!message.empty()) {
      return message;
    }
  }
  std::string message = check_kind(script, step);
  if (message.empty() && !(essential(step) == step)) {
    return "expected a step with nothing set but what its kind uses";
  }
  return message;
}

std::string StepRules::check_race(const Step& step) {
  if (step.kind == StepKind::kEnd) {
    const bool complete = in_race_ && racing_;
    in_race_ = false;
    return complete ? "" : "expected 'end' after the calls of a race";
  }
  if (step.kind == StepKind::kKill || step.kind == StepKind::kClock) {
    return "";
  }
  if (step.kind != StepKind::kCall || step.expectation.kind != model::ExpectationKind::kNone) {
    return "expected a call without an expectation, kill, clock, or 'end': a race holds nothing else";
  }
  racing_ = true;
  return "";
}

std::string StepRules::check_kind(const model::Script& script, const Step& step) {
  const bool actor = within(step.actor, static_cast<std::size_t>(actors_));
  const bool process = within(step.process, static_cast<std::size_t>(processes_));
  switch (step.kind) {
    case StepKind::kCall: {
      std::string message = actor ? check_call(step.call, script.locks.size()) : "expected an actor that was started";
      const bool own = step.expectation.kind == model::ExpectationKind::kNone ||
                       step.expectation.kind == model::ExpectationKind::kOutcome;
      message = message.empty() && !own ? "expected an outcome of the call itself" : message;
      return message.empty() ? check_expectation(step.expectation, actors_) : message;
    }
    case StepKind::kPause:
    case StepKind::kClock:
      if (parse_seconds(step.seconds.spelling) != step.seconds) {
        return "expected seconds, from 0 to 1e9, such as 0.25";
      }
      return step.kind == StepKind::kPause || step.seconds.nanoseconds > 0 ? "" : "expected more than 0 seconds";
    case StepKind::kRace:
      in_race_ = true;
      racing_ = false;
      return "";
    case StepKind::kEnd:
      return "";
    case StepKind::kStartThread:
    case StepKind::kStartProcess:
    case StepKind::kFork:
      return check_start(script, step);
    case StepKind::kKill:
    case StepKind::kStop:
    case StepKind::kContinue:
      return process ? "" : "expected a process that was started";
    case StepKind::kExit:
      return actor ? "" : "expected an actor that was started";
    case StepKind::kSignal:
      return actor && script.actors[static_cast<std::size_t>(step.actor)].main_thread
                 ? ""
                 : "expected the main thread of a process: only it runs signal handlers";
    case StepKind::kExpectation:
      return step.expectation.kind == model::ExpectationKind::kNone ||
                     step.expectation.kind == model::ExpectationKind::kOutcome
                 ? "expected an expectation of its own"
                 : check_expectation(step.expectation, actors_);
  }
  return "expected a known kind of step";
}

std::string StepRules::check_start(const model::Script& script, const Step& step) {
  const bool thread = step.kind == StepKind::kStartThread;
  const bool here = thread ? within(step.process, static_cast<std::size_t>(processes_))
                           : step.process == processes_ && within(step.process, script.processes.size());
  if (!here || (!thread && !within(step.actor, static_cast<std::size_t>(actors_)))) {
    return "expected a process that was started, or the next new one, and an actor that starts it";
  }
  if (step.new_actor != actors_ || !within(step.new_actor, script.actors.size())) {
    return "expected the next new actor: actors are numbered in the order of their start";
  }
  const model::ActorDeclaration& actor = script.actors[static_cast<std::size_t>(actors_)];
  if (!actor.started_by_step || actor.process != step.process || actor.main_thread == thread) {
    return "expected the new actor to be declared as this step starts it";
  }
  const model::ProcessDeclaration& process = script.processes[static_cast<std::size_t>(step.process)];
  if (step.kind == StepKind::kFork && process.name != actor.name) {
    return "expected the child process to be called like its actor";
  }
  ++actors_;
  if (!thread) {
    ++processes_;
  }
  return "";
}

std::string StepRules::check_end(const model::Script& script) const {
  if (in_race_) {
    return "expected 'end' after the calls of a race";
  }
  if (static_cast<std::size_t>(actors_) != script.actors.size() ||
      static_cast<std::size_t>(processes_) != script.processes.size()) {
    return "expected a step that starts each actor and process which the head does not declare";
  }
  return "";
}

std::optional<base::InputError> validate(const model::Script& script) {
  std::string message = check_head(script);
  if (!message.empty()) {
    return base::InputError{"", 0, 0, message};
  }
  StepRules rules(script);
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    message = rules.check(script, script.steps[i]);
    if (!message.empty()) {
      const int line = script.steps[i].line;
      const std::string which = line > 0 ? "" : "step " + std::to_string(i + 1) + ": ";
      return base::InputError{"", line, line > 0 ? 1 : 0, which + message};
    }
  }
  message = rules.check_end(script);
  return message.empty() ? std::nullopt : std::optional(base::InputError{"", 0, 0, message});
}

}  // namespace lockstep::script
