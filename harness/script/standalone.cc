#include "harness/script/standalone.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "harness/base/check.h"
#include "harness/script/pace.h"
#include "harness/script/print.h"
#include "harness/script/python_text.h"
#include "harness/script/standalone_program.h"
#include "harness/script/standalone_race.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using model::Script;
using model::Step;
using model::StepKind;

constexpr int kRaceAttempts = 200;

class Writer {
 public:
  Writer(const Script& script, const Setting& setting, double pace) : script_(script), setting_(setting), pace_(pace) {}

  std::string run() {
    line("MODULE", python_string(setting_.module));
    line("START_METHOD", python_string(setting_.start_method));
    line("LOCKS", python_locks(script_));
    line("PROCESSES", python_processes(script_));
    line("LATER", later() + "  # actors that steps start");
    if (pace_ != 1) {
      text_ +=
          "# Times are those of the script times " + python_number(pace_) + ", so that waiting can tell them apart.\n";
    }
    text_ += "STEPS = [\n";
    for (const Step& step : script_.steps) {
      text_ += "    (" + python_string(print_step(script_, step)) + ", " + step_data(step) + "),\n";
    }
    text_ += "]\n";
    line("WATCHED", std::to_string(setting_.step) + "  # the step whose outcome matters,");
    line("MOMENT", std::to_string(moment()) + "  # as it is after this step");
    line("EXPECTED", expected());
    line("OBSERVED", python_string(setting_.observed));
    line("RACED", raced() + "  # what the racing steps came to");
    line("ATTEMPTS", std::to_string(has_race() ? kRaceAttempts : 1));
    return text_;
  }

 private:
  void line(const char* name, const std::string& value) { text_ += std::string(name) + " = " + value + "\n"; }

  const std::string& actor(int index) const { return script_.actors[static_cast<std::size_t>(index)].name; }
  const std::string& process(int index) const { return script_.processes[static_cast<std::size_t>(index)].name; }

  bool has_race() const {
    return std::any_of(script_.steps.begin(), script_.steps.end(),
                       [](const Step& step) { return step.kind == StepKind::kRace; });
  }

  // Within a race nothing is known before its end.
  int moment() const {
    const int last = static_cast<int>(script_.steps.size()) - 1;
    int at = setting_.moment < 0 ? last : std::min(setting_.moment, last);
    while (race_of(script_, at) >= 0) {
      ++at;
    }
    return at;
  }

  std::string raced() const {
    std::string text;
    for (const SeenCall& seen : setting_.seen) {
      if (!seen.outcome.empty() && race_of(script_, seen.step) >= 0) {
        text += (text.empty() ? "" : ", ") + std::to_string(seen.step) + ": " + python_string(seen.outcome);
      }
    }
    return "{" + text + "}";
  }

  std::string later() const {
    std::string text;
    for (const model::ActorDeclaration& declaration : script_.actors) {
      if (declaration.started_by_step) {
        text += (text.empty() ? "" : ", ") + python_string(declaration.name);
      }
    }
    return "[" + text + "]";
  }

  // The expected outcomes one by one; an " or " within quotation marks is part of a message.
  std::string expected() const {
    constexpr std::string_view kOr = " or ";
    std::string text;
    std::string_view left = setting_.expected;
    bool quoted = false;
    for (std::size_t i = 0; i <= left.size(); ++i) {
      quoted = quoted != (i < left.size() && left[i] == '"' && (i == 0 || left[i - 1] != '\\'));
      if (i == left.size() || (!quoted && left.substr(i).starts_with(kOr))) {
        text += (text.empty() ? "" : ", ") + python_string(left.substr(0, i));
        left.remove_prefix(std::min(i + kOr.size(), left.size()));
        i = 0;
        if (left.empty()) {
          break;
        }
      }
    }
    return "[" + text + "]";
  }

  std::string step_data(const Step& step) const {
    switch (step.kind) {
      case StepKind::kCall:
        return "\"call\", " + python_string(actor(step.actor)) + ", " +
               python_call(script_, step.call, [this](double seconds) { return seconds * pace_; });
      case StepKind::kPause:
        return "\"pause\", " + python_number(static_cast<double>(step.seconds.nanoseconds) / 1e9 * pace_);
      case StepKind::kRace:
        return "\"race\"";
      case StepKind::kStartThread:
        return "\"thread\", " + python_string(actor(step.new_actor)) + ", " + python_string(process(step.process));
      case StepKind::kStartProcess:
      case StepKind::kFork:
        return "\"begin\", " + python_string(actor(step.actor)) + ", " + python_string(process(step.process)) + ", " +
               python_string(actor(step.new_actor)) + (step.kind == StepKind::kFork ? ", \"fork\"" : ", \"process\"");
      case StepKind::kExit: {
        const bool main_thread = script_.actors[static_cast<std::size_t>(step.actor)].main_thread;
        return "\"exit\", " + python_string(actor(step.actor)) + (main_thread ? ", True" : ", False");
      }
      case StepKind::kKill:
        return "\"kill\", " + python_string(process(step.process)) + ", \"SIGKILL\"";
      case StepKind::kStop:
        return "\"kill\", " + python_string(process(step.process)) + ", \"SIGSTOP\"";
      case StepKind::kContinue:
        return "\"kill\", " + python_string(process(step.process)) + ", \"SIGCONT\"";
      case StepKind::kSignal:
        return "\"signal\", " + python_string(actor(step.actor)) + (step.handler_raises ? ", True" : ", False");
      case StepKind::kEnd:
      case StepKind::kExpectation:
      case StepKind::kClock:
        break;
    }
    return "\"end\"";
  }

  const Script& script_;
  const Setting& setting_;
  double pace_;
  std::string text_;
};

std::string reason_for_none(const Script& script) {
  bool racing = false;
  for (const Step& step : script.steps) {
    racing = step.kind == StepKind::kRace || (racing && step.kind != StepKind::kEnd);
    if (step.kind == StepKind::kClock) {
      return "it sets the wall clock, which takes privileges and would upset the whole machine";
    }
    if (racing && step.kind == StepKind::kKill) {
      return "it takes a death at a certain point of a race, which no ordinary program can choose";
    }
  }
  return "";
}

}  // namespace

Standalone standalone(const Script& script, const Setting& setting) {
  LOCKSTEP_CHECK(!validate(script));
  LOCKSTEP_CHECK(setting.step >= 0 && static_cast<std::size_t>(setting.step) < script.steps.size());
  const std::string reason = reason_for_none(script);
  if (!reason.empty()) {
    return {"", reason};
  }
  if (setting.module.starts_with("exec:")) {
    return {"", "its lock is a program of its own and no Python module"};
  }
  const auto watched = [&setting](const SeenCall& seen) { return seen.step == setting.step; };
  if (is_race_of_calls(script) && std::any_of(setting.seen.begin(), setting.seen.end(), watched)) {
    return {race_program(script, setting), ""};
  }
  if (!script.schedule.empty()) {
    return {"", "it takes a forced schedule, which no ordinary program can keep"};
  }
  const std::optional<double> pace = pace_of(script);
  if (!pace) {
    return {"", "its timeouts and pauses lie too close together to be told apart by waiting"};
  }
  return {python_program(kStandaloneProgram, Writer(script, setting, *pace).run()), ""};
}

}  // namespace lockstep::script
