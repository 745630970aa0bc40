#include "harness/processes/reported_carrier.h"

#include <algorithm>

#include "harness/processes/notified_carrier.h"

namespace lockstep::processes {

ReportedCarrier::ReportedCarrier(const Launch& launch, int number)
    : carrier_(with_shim(launch, "reported"), number, cell::Mode::kReported,
               [this](cell::Cell& cell) { return conductor_.await_baton(cell); }) {
  if (carrier_.family().cell().semaphores_used.load() == 0) {
    throw replay::NotAvailable("carrier K is for locks that are made of semaphores, and those of '" + launch.module +
                               "' are not");
  }
}

bool ReportedCarrier::supports(const replay::Item& item) {
  const auto is_stop = [](const model::Step& step) { return step.kind == model::StepKind::kStop; };
  const model::Script& script = *item.script;
  return item.seed == 0 && script.schedule.empty() && NotifiedCarrier::supports(item) &&
         std::none_of(script.steps.begin(), script.steps.end(), is_stop);
}

}  // namespace lockstep::processes
