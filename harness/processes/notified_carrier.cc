#include "harness/processes/notified_carrier.h"

#include <algorithm>

namespace lockstep::processes {
namespace {

const Launch& checked(const Launch& launch) {
  if (const std::string reason = NotifiedCarrier::unavailable(); !reason.empty()) {
    throw replay::NotAvailable("carrier S: " + reason);
  }
  return launch;
}

}  // namespace

NotifiedCarrier::NotifiedCarrier(const Launch& launch, int number)
    : carrier_(with_shim(checked(launch), "notified"), number, cell::Mode::kNotified,
               [this](cell::Cell& cell) { return supervisor_.await_baton(cell); }) {}

bool NotifiedCarrier::supports(const replay::Item& item) {
  const model::Script& script = *item.script;
  return std::none_of(script.steps.begin(), script.steps.end(), [&](const model::Step& step) {
    return step.kind == model::StepKind::kRace ||
           (step.kind == model::StepKind::kStop &&
            std::count_if(script.actors.begin(), script.actors.end(),
                          [&](const model::ActorDeclaration& actor) { return actor.process == step.process; }) > 1);
  });
}

}  // namespace lockstep::processes
