#include "harness/script/raced.h"

#include <algorithm>
#include <set>

namespace lockstep::script {
namespace {

using model::Step;
using model::StepKind;

bool may_race(const Step& step) {
  return step.kind == StepKind::kCall || step.kind == StepKind::kKill || step.kind == StepKind::kClock;
}

void append(std::vector<Step>& steps, const std::vector<Step>& run) {
  std::set<int> actors;
  for (const Step& step : run) {
    if (step.kind == StepKind::kCall) {
      actors.insert(step.actor);
    }
  }
  const bool race = actors.size() > 1;
  if (race) {
    steps.emplace_back().kind = StepKind::kRace;
  }
  steps.insert(steps.end(), run.begin(), run.end());
  if (race) {
    steps.emplace_back().kind = StepKind::kEnd;
  }
}

}  // namespace

bool has_race(const model::Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(),
                     [](const Step& step) { return step.kind == StepKind::kRace; });
}

model::Script raced(const model::Script& script) {
  if (has_race(script)) {
    return script;
  }
  model::Script result = script;
  result.steps.clear();
  std::vector<Step> run;
  for (Step step : script.steps) {
    if (step.kind == StepKind::kExpectation) {
      continue;
    }
    step.expectation = {};
    if (may_race(step)) {
      run.push_back(std::move(step));
      continue;
    }
    append(result.steps, run);
    run.clear();
    result.steps.push_back(std::move(step));
  }
  append(result.steps, run);
  return result;
}

}  // namespace lockstep::script
