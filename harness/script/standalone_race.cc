#include "harness/script/standalone_race.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "harness/base/check.h"
#include "harness/script/print.h"
#include "harness/script/python_text.h"
#include "harness/script/standalone_program.h"

namespace lockstep::script {
namespace {

using model::Step;
using model::StepKind;

// A timeout that did not elapse when the script was played must not do so while the program waits for rivals either.
constexpr double kLongTimeout = 60;

class Writer {
 public:
  Writer(const model::Script& script, const Setting& setting) : script_(script), setting_(setting) {}

  std::string run() {
    line("MODULE", python_string(setting_.module));
    line("START_METHOD", python_string(setting_.start_method));
    line("LOCKS", python_locks(script_));
    line("PROCESSES", python_processes(script_));
    text_ +=
        "# What is called, in which phase, and by whom: the calls of a phase race, though each actor makes its own in "
        "order.\nSTEPS = [\n";
    for (const SeenCall& seen : setting_.seen) {
      text_ += "    (" + step_data(seen) + "),\n";
    }
    text_ += "]\n";
    line("OBSERVED", observed() + "  # what they came to when it diverged; \"\": that does not matter");
    line("BLOCKED", blocked() + "  # the steps, counted from 0, that were blocked when the next phase began");
    line("AFTER", after() + "  # pairs of racing steps: the second began after the first had returned");
    line("WATCHED", std::to_string(place(setting_.step)) + "  # the step that diverged, given all the others,");
    line("EXPECTED", python_string(setting_.expected) + "  # and what it should have come to");
    return text_;
  }

 private:
  void line(const char* name, const std::string& value) { text_ += std::string(name) + " = " + value + "\n"; }

  // Steps that were skipped, or had not begun, are none of the program's.
  int place(int step) const {
    const auto at = std::find_if(setting_.seen.begin(), setting_.seen.end(),
                                 [step](const SeenCall& seen) { return seen.step == step; });
    LOCKSTEP_CHECK(at != setting_.seen.end());
    return static_cast<int>(at - setting_.seen.begin());
  }

  std::string step_data(const SeenCall& seen) const {
    const Step& step = script_.steps[static_cast<std::size_t>(seen.step)];
    Step bare = step;
    bare.expectation = {};
    const int race = race_of(script_, seen.step);
    const bool elapsed = seen.outcome == "False";
    const auto timeout = [elapsed](double seconds) { return elapsed ? seconds : std::max(seconds, kLongTimeout); };
    return python_string(print_step(script_, bare)) + ", " + std::to_string(race >= 0 ? race : seen.step) + ", " +
           python_string(script_.actors[static_cast<std::size_t>(step.actor)].name) + ", " +
           python_call(script_, step.call, timeout);
  }

  // What a program that waits can tell: a call that spins is blocked to it.
  std::string observed() const {
    std::string text;
    for (const SeenCall& seen : setting_.seen) {
      text += (text.empty() ? "" : ", ") + python_string(seen.outcome == "hangs" ? "blocks" : seen.outcome);
    }
    return "[" + text + "]";
  }

  std::string blocked() const {
    std::string text;
    for (const SeenCall& seen : setting_.seen) {
      if (seen.blocked) {
        text += (text.empty() ? "" : ", ") + std::to_string(place(seen.step));
      }
    }
    return "[" + text + "]";
  }

  std::string after() const {
    std::string text;
    for (const SeenCall& seen : setting_.seen) {
      for (const int first : seen.after) {
        text +=
            (text.empty() ? "(" : ", (") + std::to_string(place(first)) + ", " + std::to_string(place(seen.step)) + ")";
      }
    }
    return "[" + text + "]";
  }

  const model::Script& script_;
  const Setting& setting_;
  std::string text_;
};

}  // namespace

bool is_race_of_calls(const model::Script& script) {
  const auto is = [](StepKind kind) { return [kind](const Step& step) { return step.kind == kind; }; };
  const auto of_calls = [](const Step& step) {
    return step.kind == StepKind::kCall || step.kind == StepKind::kRace || step.kind == StepKind::kEnd ||
           step.kind == StepKind::kExpectation;
  };
  return std::any_of(script.steps.begin(), script.steps.end(), is(StepKind::kRace)) &&
         std::all_of(script.steps.begin(), script.steps.end(), of_calls);
}

int race_of(const model::Script& script, int step) {
  for (int i = step; i >= 0; --i) {
    const StepKind kind = script.steps[static_cast<std::size_t>(i)].kind;
    if (kind == StepKind::kRace || kind == StepKind::kEnd) {
      return kind == StepKind::kRace ? i : -1;
    }
  }
  return -1;
}

std::string race_program(const model::Script& script, const Setting& setting) {
  return python_program(kStandaloneRace, Writer(script, setting).run());
}

}  // namespace lockstep::script
