#include <algorithm>

#include "harness/cli/clock.h"
#include "harness/cli/nightly.h"
#include "harness/explore/explore.h"
#include "harness/script/parse.h"
#include "harness/script/token.h"

namespace lockstep::cli {
namespace {

constexpr std::size_t kTimes = 1000;

model::Script two_releases() {
  return script::parse(
             "lock L = Lock()\nprocess P: a\nprocess Q: b\na: L.acquire()\nrace\na: L.release()\nb: L.release()\nend\n",
             "two releases")
      .value();
}

bool both_succeed(const trace::Trace& trace) {
  return std::count_if(trace.events.begin(), trace.events.end(), [](const trace::Event& event) {
           return event.kind == trace::EventKind::kReturned && event.outcome.kind == model::OutcomeKind::kNone;
         }) == 2;
}

}  // namespace

std::vector<Part> repeat_release_race(const Subject& subject) {
  model::Script script = two_releases();
  if (subject.reference || lacks_a_kind(subject, script)) {
    return {};  // in the reference there is none
  }
  Part part{"the release race from its token on P", ""};
  const double begun_s = monotonic_s();
  const auto carrier = make_scheduled(subject, 0);
  const auto look = [&](const explore::Behaviour& behaviour) {
    if (!both_succeed(behaviour.trace())) {
      return explore::Verdict::kGoOn;
    }
    script.schedule.assign(behaviour.played.taken.begin(), behaviour.played.taken.end());
    return explore::Verdict::kStop;
  };
  const explore::Exploration found = explore::explore(*carrier, script, {}, look);
  const std::string token = script::script_token(script).value();
  const model::Script decoded = script::decode(token).value().script;
  const std::vector<replay::Item> items(kTimes, replay::Item{&decoded});
  const std::vector<trace::Trace> traces = carrier->replay(items);
  const auto repeated = std::count_if(traces.begin(), traces.end(), both_succeed);
  part.passed = found.stopped && repeated == static_cast<std::ptrdiff_t>(kTimes);
  part.measured = "found in schedule " + std::to_string(found.schedules) + ", " + token + ": " +
                  std::to_string(repeated) + " of " + std::to_string(kTimes) + " replays";
  part.seconds = monotonic_s() - begun_s;
  return {part};
}

}  // namespace lockstep::cli
