#include "harness/processes/reported_carrier.h"

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
  return item.seed == 0 && item.script->schedule.empty() && NotifiedCarrier::supports(item);
}

}  // namespace lockstep::processes
