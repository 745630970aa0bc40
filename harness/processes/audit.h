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

// Holds carrier P against carriers that do the same by other means: S and K let more of the system be real, F does
// without processes. They must give the same traces.
namespace lockstep::processes {

// A script of which two carriers saw different events.
struct Difference {
  const model::Script* script = nullptr;
  std::uint64_t seed = 0;
  trace::Trace audited;  // carrier P's
  trace::Trace auditor;
};

struct Audit {
  std::string carrier;  // "F", "S", "K"
  std::string skipped;  // why it did not run at all
  std::size_t compared = 0;
  std::size_t differing = 0;
  std::size_t unsupported = 0;  // scripts that it can't replay
  std::optional<Difference> first;
};

// A carrier that may hold P to account.
struct Auditor {
  std::string name;
  std::function<std::unique_ptr<replay::Carrier>()> make;               // throws NotAvailable
  std::function<bool(replay::Carrier&, const replay::Item&)> supports;  // of what it made
  bool chooses = false;  // it has the same choices as P, so those must be alike too: races and any seed will do
};

// Carrier F for this implementation, and carriers S and K. Each uses the family number `number`.
[[nodiscard]] Auditor fibers_of(const Launch& launch, int number);
[[nodiscard]] std::vector<Auditor> auditors_of(const Launch& launch, int number);

// Replays those of the items that `carrier`, the auditor's, supports in both carriers, compares event by event, and
// adds what it finds to `sum`. REQUIRES: the scripts of the items live as long as `sum`.
void audit(replay::Carrier& audited, replay::Carrier& carrier, const Auditor& auditor,
           std::span<const replay::Item> items, Audit& sum);

// The same with a carrier that the auditor makes.
[[nodiscard]] Audit audit(replay::Carrier& audited, const Auditor& auditor, std::span<const replay::Item> items);

// An audit of carrier P by S and K, at `number` and the one after it. REQUIRES: virtual time
// reaches the implementation (VirtualCarrier::reachable()).
[[nodiscard]] std::vector<Audit> audit(const Launch& launch, int number, std::span<const replay::Item> items);

}  // namespace lockstep::processes
