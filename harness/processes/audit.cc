#include "harness/processes/audit.h"

#include "harness/processes/notified_carrier.h"
#include "harness/processes/reported_carrier.h"
#include "harness/processes/virtual_carrier.h"

namespace lockstep::processes {

std::vector<Auditor> auditors_of(const Launch& launch, int number) {
  return {
      {"S", NotifiedCarrier::supports, [launch, number] { return std::make_unique<NotifiedCarrier>(launch, number); }},
      {"K", ReportedCarrier::supports, [launch, number] { return std::make_unique<ReportedCarrier>(launch, number); }}};
}

Audit audit(replay::Carrier& audited, const Auditor& auditor, std::span<const replay::Item> items) {
  Audit audit;
  audit.carrier = auditor.name;
  std::unique_ptr<replay::Carrier> carrier;
  try {
    carrier = auditor.make();
  } catch (const replay::NotAvailable& reason) {
    audit.skipped = reason.what();
    return audit;
  }
  std::vector<replay::Item> supported;
  for (const replay::Item& item : items) {
    if (auditor.supports(item)) {
      supported.push_back(item);
    }
  }
  audit.compared = supported.size();
  audit.unsupported = items.size() - supported.size();
  const std::vector<trace::Trace> expected = audited.replay(supported);
  const std::vector<trace::Trace> observed = carrier->replay(supported);
  for (std::size_t at = 0; at < supported.size(); ++at) {
    if (expected[at].events == observed[at].events) {
      continue;
    }
    ++audit.differing;
    if (!audit.first.has_value()) {
      audit.first = Difference{supported[at].script, supported[at].seed, expected[at], observed[at]};
    }
  }
  return audit;
}

std::vector<Audit> audit(const Launch& launch, int number, std::span<const replay::Item> items) {
  VirtualCarrier audited(launch, number);
  std::vector<Audit> audits;
  for (const Auditor& auditor : auditors_of(launch, number + 1)) {
    audits.push_back(audit(audited, auditor, items));
  }
  return audits;
}

}  // namespace lockstep::processes
