#include <algorithm>
#include <set>

#include "fuzz/support/report.h"
#include "fuzz/support/standalone_setting.h"
#include "fuzz/support/target.h"
#include "harness/script/edit.h"
#include "harness/script/hurry.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/raced.h"
#include "harness/script/shrink.h"
#include "harness/script/token.h"
#include "harness/script/validate.h"

// What is made of a script is a script. Shrunk, it still fails, is no larger, and can spare no step; hurried, raced or
// bare, it makes the same calls, and a token keeps all that is bare. As a Python program it is one with all its steps,
// or there is a reason why not. The numbers of its schedule choose what failing means here, and the rest.
namespace lockstep::fuzz {
namespace {

using model::Script;
using model::Step;
using model::StepKind;

constexpr std::size_t kScriptStepsMax = 12;
constexpr int kTriesMax = 100;

class Checks {
 public:
  explicit Checks(const Script& script) : script_(script) {}

  void check_shrunk() {
    const Step& first = script_.steps[choose(script_.steps.size())];
    const Step& second = script_.steps[choose(script_.steps.size())];
    const std::size_t choices = choose(2) * script_.schedule.size() / 2;
    const auto fails = [&](const Script& candidate) {
      return has_in_order(candidate, first, second) && candidate.schedule.size() >= choices;
    };
    if (!fails(script_)) {
      return;
    }
    std::set<std::string> asked;
    script::Budget budget;
    budget.tries_max = kTriesMax;
    const auto still_fails = [&](const Script& candidate) {
      check(candidate, !script::validate(candidate).has_value(), "shrink-asks-invalid");
      check(candidate, asked.insert(script::print(candidate)).second, "shrink-asks-twice");
      return fails(candidate);
    };
    const Script shrunk = script::shrink(script_, still_fails, budget);
    check_valid(shrunk, "shrunk-invalid");
    check(shrunk, fails(shrunk), "shrunk-passes");
    check(shrunk, is_no_larger(shrunk), "shrunk-larger");
    for (std::size_t step = 0; step < shrunk.steps.size() && asked.size() < kTriesMax; ++step) {
      script::Edit edit(shrunk);
      edit.removed[step] = true;
      const auto fewer = script::apply(shrunk, edit);
      check(shrunk, !fewer.has_value() || *fewer == shrunk || !fails(*fewer), "shrunk-too-little");
    }
  }

  void check_hurried() {
    constexpr double kSeconds[] = {1, 0.001, 60};
    const double seconds = kSeconds[choose(3)];
    const Script hurried = script::hurried(script_, seconds);
    check_valid(hurried, "hurried-invalid");
    check(hurried, hurried.steps.size() == script_.steps.size(), "hurried-shorter");
    const double rounded = 1e-9 * static_cast<double>(script_.steps.size());
    check(hurried, pauses(hurried) <= seconds + rounded, "hurried-slow");
    check(hurried, pauses(script_) > seconds || hurried == script_, "hurried-needlessly");
    for (std::size_t i = 0; i < script_.steps.size(); ++i) {
      check(hurried, script_.steps[i].seconds.nanoseconds >= hurried.steps[i].seconds.nanoseconds, "hurried-longer");
      check(hurried, calls_alike(script_.steps[i], hurried.steps[i]), "hurried-otherwise");
    }
  }

  void check_raced() {
    const Script raced = script::raced(script_);
    check_valid(raced, "raced-invalid");
    check(raced, !script::has_race(script_) || raced == script_, "raced-twice");
    check(raced, calls(raced) == calls(script_), "raced-otherwise");
  }

  void check_token() {
    const Script bare = script::bare(script_);
    check_valid(bare, "bare-invalid");
    check(bare, script::bare(bare) == bare, "barer");
    if (const auto token = script::script_token(script_)) {
      const auto decoded = script::decode(*token);
      check(bare, decoded.ok() && decoded.value().script == bare, "token-otherwise");
    }
  }

  void check_standalone() {
    const script::Setting setting = setting_of(script_, [this](std::size_t ways) { return choose(ways); });
    if (setting.step < 0) {
      return;  // no call, and nothing to show
    }
    const script::Standalone made = script::standalone(script_, setting);
    check(script_, made.program.empty() != made.reason.empty(), "program-or-reason");
    const char* const wrong = made.program.empty() ? nullptr : wrong_program(made.program, script_, setting);
    check(script_, wrong == nullptr, wrong);
  }

 private:
  std::size_t choose(std::size_t ways) {
    return next_ < script_.schedule.size() ? script_.schedule[next_++] % ways : 0;
  }

  void check(const Script& made, bool holds, const char* kind) const {
    if (!holds) {
      report("script", "shrink", "script.derived", kind, script::print(script_) + "\n" + script::print(made));
    }
  }

  void check_valid(const Script& made, const char* kind) const {
    const auto again = script::validate(made).has_value() ? script_ : script::parse(script::print(made), "made");
    check(made, again.ok() && again.value() == made, kind);
  }

  // The kind of a step, or the method of a call and its first argument.
  static bool same_deed(const Step& a, const Step& b) {
    const auto& ours = a.call.arguments;
    const auto& theirs = b.call.arguments;
    return a.kind == b.kind && a.call.method == b.call.method && ours.empty() == theirs.empty() &&
           (ours.empty() || ours.front() == theirs.front());
  }

  static bool has_in_order(const Script& script, const Step& first, const Step& second) {
    const auto one = std::find_if(script.steps.begin(), script.steps.end(),
                                  [&](const Step& step) { return same_deed(step, first); });
    return one != script.steps.end() &&
           std::any_of(one + 1, script.steps.end(), [&](const Step& step) { return same_deed(step, second); });
  }

  [[nodiscard]] bool is_no_larger(const Script& made) const {
    return made.steps.size() <= script_.steps.size() && made.actors.size() <= script_.actors.size() &&
           made.processes.size() <= script_.processes.size() && made.locks.size() <= script_.locks.size() &&
           made.schedule.size() <= script_.schedule.size();
  }

  static double pauses(const Script& script) {
    double seconds = 0;
    for (const Step& step : script.steps) {
      seconds += step.kind == StepKind::kPause ? static_cast<double>(step.seconds.nanoseconds) / 1e9 : 0;
    }
    return seconds;
  }

  // But for the values of arguments.
  static bool calls_alike(const Step& a, const Step& b) {
    return a.kind == b.kind && a.actor == b.actor && a.call.method == b.call.method && a.call.lock == b.call.lock &&
           a.call.arguments.size() == b.call.arguments.size() && a.expectation == b.expectation;
  }

  static std::vector<std::pair<int, std::string>> calls(const Script& script) {
    std::vector<std::pair<int, std::string>> all;
    for (const Step& step : script.steps) {
      if (step.kind == StepKind::kCall) {
        all.emplace_back(step.actor, script::print_call(script, step.call));
      }
    }
    return all;
  }

  const Script& script_;
  std::size_t next_ = 0;
};

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) { return {input.begin(), input.end()}; }

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = lockstep::script::parse({reinterpret_cast<const char*>(data), size}, "input");
  if (!parsed.ok() || parsed.value().steps.empty() || parsed.value().steps.size() > fuzz::kScriptStepsMax) {
    return -1;
  }
  fuzz::Checks checks(parsed.value());
  checks.check_shrunk();
  checks.check_hurried();
  checks.check_raced();
  checks.check_token();
  checks.check_standalone();
  return 0;
}
