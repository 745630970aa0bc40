#include "harness/script/hurry.h"

#include <cmath>
#include <cstdio>

#include "harness/script/pace.h"

namespace lockstep::script {
namespace {

std::string spelled(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9f", seconds);
  return text;
}

}  // namespace

model::Script hurried(const model::Script& script, double seconds) {
  double paused = 0;
  for (const model::Step& step : script.steps) {
    paused += step.kind == model::StepKind::kPause ? static_cast<double>(step.seconds.nanoseconds) / 1e9 : 0;
  }
  if (paused <= seconds) {
    return script;
  }
  const double factor = seconds / paused;
  model::Script shorter = script;
  for (model::Step& step : shorter.steps) {
    if (step.kind == model::StepKind::kPause) {
      const double pause = static_cast<double>(step.seconds.nanoseconds) / 1e9 * factor;
      step.seconds = {spelled(pause), static_cast<std::int64_t>(std::llround(pause * 1e9))};
    }
    const int index = step.kind == model::StepKind::kCall ? timeout_argument(step.call) : -1;
    if (index >= 0) {
      std::string& spelling = step.call.arguments[static_cast<std::size_t>(index)].spelling;
      if (const auto timeout = elapsing_timeout(spelling)) {
        spelling = spelled(*timeout * factor);
      }
    }
  }
  return shorter;
}

}  // namespace lockstep::script
