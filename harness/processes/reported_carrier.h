#pragma once

#include "harness/processes/conductor.h"
#include "harness/processes/virtual_carrier.h"

namespace lockstep::processes {

// Carrier K: real processes, the C library's semaphores and the kernel's waits; the shim only reports. Time alone is
// virtual: a deadline that has passed is brought home by a signal. Slow, and the closest to nature of those whose
// traces are exact.
class ReportedCarrier : public replay::Carrier {
 public:
  // `launch` is as for VirtualCarrier. Throws NotAvailable if its locks are not made of semaphores, AdapterError.
  ReportedCarrier(const Launch& launch, int number);

  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override { return carrier_.replay(items); }
  void renew() override { carrier_.renew(); }

  // No races, no stopped processes, and no choices: waiters wake in the kernel's order, first in, first out.
  [[nodiscard]] static bool supports(const replay::Item& item);

  [[nodiscard]] VirtualCarrier& carrier() { return carrier_; }

 private:
  Conductor conductor_;
  VirtualCarrier carrier_;
};

}  // namespace lockstep::processes
