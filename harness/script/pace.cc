#include "harness/script/pace.h"

#include <algorithm>
#include <cstddef>

#include "harness/model/value.h"
#include "harness/script/spelling.h"

namespace lockstep::script {
namespace {

constexpr double kPausesMax = 20;      // seconds that pauses may take as they are
constexpr double kStretchedMax = 120;  // and stretched
constexpr double kMargin = 1.5;

double seconds(const model::Step& step) { return static_cast<double>(step.seconds.nanoseconds) / 1e9; }

// How much the script has to be stretched for the timeout of one step not to pass before it should.
double stretch_for(const model::Script& script, std::size_t from, double timeout) {
  double paused = 0;
  double waited = kWaitSeconds;
  double stretch = waited * kMargin / timeout;
  for (std::size_t i = from + 1; i < script.steps.size(); ++i) {
    const model::Step& step = script.steps[i];
    paused += step.kind == model::StepKind::kPause ? seconds(step) : 0;
    if (paused >= timeout) {
      break;
    }
    // The program waits once more after each answer that comes in.
    waited += kWaitSeconds * (step.kind == model::StepKind::kCall ? 2 : 1);
    stretch = std::max(stretch, waited * kMargin / (timeout - paused));
  }
  return stretch;
}

}  // namespace

int timeout_argument(const model::Call& call) {
  if (call.method != model::Method::kAcquire) {
    return -1;
  }
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const std::string& keyword = call.arguments[i].keyword;
    if (keyword == "timeout" || (keyword.empty() && i == 1)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

std::optional<double> elapsing_timeout(const std::string& spelling) {
  const base::Result<model::Value> value = model::parse_value(spelling);
  const bool elapses = value.ok() && value.value().is_number() && !value.value().overflow &&
                       value.value().number >= 1e-6 && value.value().number <= kSecondsMax;
  return elapses ? std::optional(value.value().number) : std::nullopt;
}

std::optional<double> pace_of(const model::Script& script) {
  double stretch = 0;
  double pauses = 0;
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const model::Step& step = script.steps[i];
    pauses += step.kind == model::StepKind::kPause ? seconds(step) : 0;
    const int index = step.kind == model::StepKind::kCall ? timeout_argument(step.call) : -1;
    if (index < 0) {
      continue;
    }
    if (const auto timeout = elapsing_timeout(step.call.arguments[static_cast<std::size_t>(index)].spelling)) {
      stretch = std::max(stretch, stretch_for(script, i, *timeout));
    }
  }
  if (stretch <= 1 && pauses <= kPausesMax) {
    return 1;
  }
  const double pace =
      pauses * stretch <= kPausesMax && pauses > 0 ? std::max(stretch, std::min(1.0, kPausesMax / pauses)) : stretch;
  return pauses * pace <= kStretchedMax ? std::optional(pace) : std::nullopt;
}

}  // namespace lockstep::script
