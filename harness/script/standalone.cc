#include "harness/script/standalone.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string_view>

#include "harness/base/check.h"
#include "harness/model/value.h"
#include "harness/script/pace.h"
#include "harness/script/print.h"
#include "harness/script/standalone_program.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using model::Method;
using model::Script;
using model::Step;
using model::StepKind;

constexpr int kRaceAttempts = 200;

// Text of others may hold any byte; Python reads all but ASCII escaped.
std::string python_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c < ' ' || c > '~') {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      quoted += c == '"' || c == '\\' ? std::string{'\\', c} : escaped;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string python_number(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

// Python has no names for these three.
std::string python_value(const std::string& spelling) {
  if (spelling == "nan" || spelling == "inf" || spelling == "-inf") {
    return "float(\"" + spelling + "\")";
  }
  return spelling;
}

class Writer {
 public:
  Writer(const Script& script, const Setting& setting, double pace) : script_(script), setting_(setting), pace_(pace) {}

  std::string run() {
    line("MODULE", python_string(setting_.module));
    line("START_METHOD", python_string(setting_.start_method));
    line("LOCKS", locks());
    line("PROCESSES", processes());
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
    const auto kind = [this](int step) { return script_.steps[static_cast<std::size_t>(step)].kind; };
    int before = at;
    while (before > 0 && kind(before) == StepKind::kCall) {
      --before;
    }
    while (kind(before) == StepKind::kRace && kind(at) != StepKind::kEnd) {
      ++at;
    }
    return at;
  }

  std::string locks() const {
    std::string text;
    for (const model::LockDeclaration& lock : script_.locks) {
      text += (text.empty() ? "" : ", ") + python_string(lock.name);
      text += lock.kind == model::LockKind::kRLock ? ": \"RLock\"" : ": \"Lock\"";
    }
    return "{" + text + "}";
  }

  std::string processes() const {
    std::string text;
    for (const model::ActorDeclaration& declaration : script_.actors) {
      if (declaration.started_by_step) {
        continue;
      }
      if (declaration.main_thread) {
        text += (text.empty() ? "" : "], ") + python_string(process(declaration.process)) + ": [";
      } else {
        text += ", ";
      }
      text += python_string(declaration.name);
    }
    return "{" + text + "]}";
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
        return "\"call\", " + python_string(actor(step.actor)) + ", " + call_data(step.call);
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

  std::string call_data(const model::Call& call) const {
    std::string head = python_string(script_.locks[static_cast<std::size_t>(call.lock)].name) + ", ";
    switch (call.method) {
      case Method::kWith:
        return head + "\"with\", (), {\"raises\": " + (call.body_raises ? "True}" : "False}");
      case Method::kRepr:
        return head + "\"repr\", (), {}";
      case Method::kAcquire:
        head += "\"acquire\", ";
        break;
      case Method::kRelease:
        head += "\"release\", ";
        break;
      case Method::kLocked:
        head += "\"locked\", ";
        break;
    }
    std::string positional;
    std::string keywords;
    const int timeout = timeout_argument(call);
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const model::Argument& argument = call.arguments[i];
      std::string value = python_value(argument.spelling);
      const auto seconds = static_cast<int>(i) == timeout ? elapsing_timeout(argument.spelling) : std::nullopt;
      if (seconds && pace_ != 1) {
        value = python_number(*seconds * pace_);
      }
      if (argument.keyword.empty()) {
        positional += value + ", ";
      } else {
        keywords += (keywords.empty() ? "" : ", ") + python_string(argument.keyword) + ": " + value;
      }
    }
    return head + "(" + positional + "), {" + keywords + "}";
  }

  const Script& script_;
  const Setting& setting_;
  double pace_;
  std::string text_;
};

}  // namespace

Standalone standalone(const Script& script, const Setting& setting) {
  LOCKSTEP_CHECK(!validate(script));
  LOCKSTEP_CHECK(setting.step >= 0 && static_cast<std::size_t>(setting.step) < script.steps.size());
  if (!script.schedule.empty()) {
    return {"", "it takes a forced schedule, which no ordinary program can keep"};
  }
  const auto sets_clock = [](const Step& step) { return step.kind == StepKind::kClock; };
  if (std::any_of(script.steps.begin(), script.steps.end(), sets_clock)) {
    return {"", "it sets the wall clock, which takes privileges and would upset the whole machine"};
  }
  if (setting.module.starts_with("exec:")) {
    return {"", "its lock is a program of its own and no Python module"};
  }
  const std::optional<double> pace = pace_of(script);
  if (!pace) {
    return {"", "its timeouts and pauses lie too close together to be told apart by waiting"};
  }
  const std::string_view program = kStandaloneProgram;
  constexpr std::string_view kBegin = "# begin script\n";
  const std::size_t begin = program.find(kBegin);
  const std::size_t end = program.find("# end script\n");
  LOCKSTEP_CHECK(begin != std::string_view::npos && end != std::string_view::npos);
  std::string text(program.substr(0, begin + kBegin.size()));
  text += Writer(script, setting, *pace).run();
  text += program.substr(end);
  return {text, ""};
}

}  // namespace lockstep::script
