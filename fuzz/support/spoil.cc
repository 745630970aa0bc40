#include "fuzz/support/spoil.h"

#include <cstddef>
#include <iterator>

namespace lockstep::fuzz {
namespace {

using model::ExpectationKind;
using model::OutcomeKind;
using model::Script;
using model::Step;
using model::StepKind;

// In the head, or at the end.
constexpr void (*kOfScript[])(Script&) = {
    [](Script& script) { script.locks.clear(); },
    [](Script& script) { script.processes.clear(); },
    [](Script& script) { script.locks.resize(9, script.locks[0]); },
    [](Script& script) { script.locks.push_back(script.locks[0]); },
    [](Script& script) { script.actors[0].name = "race"; },
    [](Script& script) { script.actors[0].main_thread = false; },
    [](Script& script) {
      script.actors.insert(script.actors.begin(), {"z", 0, false, true});
    },
    [](Script& script) { script.comment = "bell\a"; },
    [](Script& script) { script.comment = "blank \nline"; },
    [](Script& script) { script.clauses = {"Lock.Acquire"}; },
    [](Script& script) {
      script.processes.insert(script.processes.begin(), {"Z", false});
    },
    [](Script& script) {
      script.processes.push_back({"Z", false});
    },
    [](Script& script) {
      script.processes.push_back({"Z", true});
    },
    [](Script& script) { script.steps.emplace_back().kind = StepKind::kEnd; },
    [](Script& script) { script.steps.emplace_back().kind = StepKind::kRace; },
    [](Script& script) { script.steps.emplace_back().kind = StepKind::kExpectation; },
    [](Script& script) {
      Step pause;
      pause.kind = StepKind::kPause;
      pause.seconds = {"0", 0};
      script.steps.insert(script.steps.begin(), 1001, pause);
    },
};

// In any step: what its kind needs becomes what can't be, and what it has no use for is there.
constexpr void (*kOfStep[])(Step&) = {
    [](Step& step) { step.actor = step.actor < 0 ? 0 : 8; },
    [](Step& step) { step.process = step.process < 0 ? 0 : 8; },
    [](Step& step) { ++step.new_actor; },
    [](Step& step) { ++step.seconds.nanoseconds; },
    [](Step& step) {
      step.expectation = {ExpectationKind::kReturns, {0}, {{OutcomeKind::kNone, ""}}};
    },
    [](Step& step) {
      step.expectation = {ExpectationKind::kOutcome, {0}, {{OutcomeKind::kNone, ""}}};
    },
    [](Step& step) { step.expectation.kind = ExpectationKind::kOutcome; },
    [](Step& step) {
      step.expectation = {ExpectationKind::kOutcome, {}, {{OutcomeKind::kHung, ""}}};
    },
    [](Step& step) {
      step.expectation = {ExpectationKind::kOutcome, {}, {{OutcomeKind::kRaised, "E('a')"}}};
    },
    [](Step& step) { step.kind = StepKind::kExpectation; },
    [](Step& step) {
      step = {};
      step.kind = StepKind::kExpectation;
      step.expectation = {ExpectationKind::kOneReturns, {0, 0}, {{OutcomeKind::kNone, ""}}};
    },
    [](Step& step) {
      step = {};
      step.kind = StepKind::kExpectation;
      step.expectation = {ExpectationKind::kReturns, {8}, {{OutcomeKind::kNone, ""}}};
    },
    [](Step& step) {
      step = {};
      step.kind = StepKind::kClock;
      step.seconds = {"0", 0};
    },
};

// In a call.
constexpr void (*kOfCall[])(model::Call&) = {
    [](model::Call& call) { call.lock = -1; },
    [](model::Call& call) {
      call.arguments.resize(8, {"", "0"});
    },
    [](model::Call& call) {
      call.arguments = {{"", "spam"}};
    },
    [](model::Call& call) {
      call.arguments = {{"a", "0"}, {"", "0"}};
    },
    [](model::Call& call) {
      call.arguments = {{"a b", "0"}};
    },
    [](model::Call& call) {
      call.arguments = {{"a", "0"}, {"a", "0"}};
    },
    [](model::Call& call) {
      call.method = model::Method::kRepr;
      call.arguments = {{"", "0"}};
    },
    [](model::Call& call) {
      call.method = model::Method::kRelease;
      call.body_raises = true;
    },
};

// As the step that starts an actor does not say.
constexpr void (*kOfStart[])(Script&, const Step&) = {
    [](Script& script, const Step& step) {
      auto& actor = script.actors[static_cast<std::size_t>(step.new_actor)];
      actor.main_thread = !actor.main_thread;
    },
    [](Script& script, const Step& step) {
      script.processes[static_cast<std::size_t>(step.process)].started_by_step = false;
    },
    [](Script& script, const Step& step) {
      script.processes[static_cast<std::size_t>(step.process)].name = step.kind == StepKind::kFork ? "other" : "race";
    },
};

}  // namespace

bool spoil(Script& script, std::uint8_t how, std::uint8_t place) {
  std::size_t which = how % (std::size(kOfScript) + std::size(kOfStep) + std::size(kOfCall) + std::size(kOfStart));
  if (which < std::size(kOfScript)) {
    kOfScript[which](script);
    return true;
  }
  if (script.steps.empty()) {
    return false;
  }
  which -= std::size(kOfScript);
  Step& step = script.steps[place % script.steps.size()];
  if (which < std::size(kOfStep)) {
    kOfStep[which](step);
    return true;
  }
  which -= std::size(kOfStep);
  if (which < std::size(kOfCall)) {
    if (step.kind == StepKind::kCall) {
      kOfCall[which](step.call);
    }
    return step.kind == StepKind::kCall;
  }
  if (step.kind == StepKind::kStartProcess || step.kind == StepKind::kFork) {
    kOfStart[which - std::size(kOfCall)](script, step);
  }
  return step.kind == StepKind::kStartProcess || step.kind == StepKind::kFork;
}

}  // namespace lockstep::fuzz
