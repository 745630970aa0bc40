#pragma once

#include <string>

#include "harness/processes/supervisor.h"
#include "harness/processes/virtual_carrier.h"

namespace lockstep::processes {

// Carrier S: real processes and the C library's own semaphores, the reference's own futex code; only the kernel's part
// in a futex call is played by the coordinator, and the clock is virtual. It audits carrier P, whose scheduler it
// shares: on any script that it supports both give the same trace, whatever the seed.
class NotifiedCarrier : public replay::Carrier {
 public:
  // Why this system can't have it; empty if it can.
  [[nodiscard]] static std::string unavailable() { return SeccompListener::unavailable(); }

  // `launch` is as for VirtualCarrier. Throws NotAvailable where unavailable() has a reason, AdapterError.
  NotifiedCarrier(const Launch& launch, int number);

  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override { return carrier_.replay(items); }
  void renew() override { carrier_.renew(); }

  // No races, as it has no scheduling points inside a call; no stop of a process with several threads, which would look
  // at their semaphores again in an order that carrier P does not have.
  [[nodiscard]] static bool supports(const replay::Item& item);

  [[nodiscard]] VirtualCarrier& carrier() { return carrier_; }
  [[nodiscard]] const Supervisor& supervisor() const { return supervisor_; }

 private:
  Supervisor supervisor_;
  VirtualCarrier carrier_;
};

}  // namespace lockstep::processes
