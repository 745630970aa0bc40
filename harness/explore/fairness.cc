#include "harness/explore/fairness.h"

#include <array>

namespace lockstep::explore {
namespace {

using model::Method;
using trace::EventKind;

constexpr std::size_t kActorsMax = 8;

struct Waiting {
  int step = -1;
  int bypasses = 0;
};

bool takes(const model::Call& call, const model::Outcome& outcome) {
  return call.method == Method::kWith || (call.method == Method::kAcquire && outcome.kind == model::OutcomeKind::kTrue);
}

}  // namespace

Fairness fairness(const model::Script& script, const trace::Trace& trace) {
  Fairness found;
  std::array<Waiting, kActorsMax> waiting;
  std::array<bool, kActorsMax> blocked{};
  const auto step_of = [&](int step) -> const model::Step& { return script.steps[static_cast<std::size_t>(step)]; };
  for (const trace::Event& event : trace.events) {
    const auto actor = static_cast<std::size_t>(event.actor);
    if (event.kind == EventKind::kBlocked) {
      waiting[actor] = {event.step, 0};
      blocked[actor] = true;
    }
    if (event.kind != EventKind::kReturned) {
      continue;
    }
    blocked[actor] = false;
    waiting[actor].step = -1;
    const model::Call& call = step_of(event.step).call;
    for (Waiting& other : waiting) {
      if (other.step >= 0 && takes(call, event.outcome) && step_of(other.step).call.lock == call.lock &&
          ++other.bypasses > found.bypasses) {
        found.bypasses = other.bypasses;
        found.waiting = other.step;
      }
    }
  }
  found.deadlock = true;
  for (std::size_t actor = 0; actor < script.actors.size(); ++actor) {
    found.deadlock = found.deadlock && blocked[actor];
  }
  return found;
}

}  // namespace lockstep::explore
