#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/processes/launch.h"
#include "harness/replay/carrier.h"

// Holds carrier P against the carriers that let more of the system be real. They must give the same traces.
namespace lockstep::processes {

// A script of which two carriers saw different events.
struct Difference {
  const model::Script* script = nullptr;
  std::uint64_t seed = 0;
  trace::Trace audited;  // carrier P's
  trace::Trace auditor;
};

struct Audit {
  std::string carrier;  // "S", "K"
  std::string skipped;  // why it did not run at all
  std::size_t compared = 0;
  std::size_t differing = 0;
  std::size_t unsupported = 0;  // scripts that it can't replay
  std::optional<Difference> first;
};

// A carrier that may hold P to account.
struct Auditor {
  std::string name;
  std::function<bool(const replay::Item&)> supports;
  std::function<std::unique_ptr<replay::Carrier>()> make;  // throws NotAvailable
};

// Carriers S and K for this implementation. Each uses the family number `number`.
[[nodiscard]] std::vector<Auditor> auditors_of(const Launch& launch, int number);

// Replays the items in `audited` and in the auditor and compares event by event. REQUIRES: the scripts of the items
// live as long as what is returned.
[[nodiscard]] Audit audit(replay::Carrier& audited, const Auditor& auditor, std::span<const replay::Item> items);

// Both of the above: an audit of carrier P by every auditor, at `number` and the one after it. REQUIRES: virtual time
// reaches the implementation (VirtualCarrier::reachable()).
[[nodiscard]] std::vector<Audit> audit(const Launch& launch, int number, std::span<const replay::Item> items);

}  // namespace lockstep::processes
