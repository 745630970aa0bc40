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
  return std::none_of(item.script->steps.begin(), item.script->steps.end(), [](const model::Step& step) {
    return step.kind == model::StepKind::kRace || step.kind == model::StepKind::kStop;
  });
}

}  // namespace lockstep::processes
