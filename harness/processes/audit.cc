#include "harness/processes/audit.h"

#include <algorithm>
#include <iterator>

#include "harness/processes/notified_carrier.h"
#include "harness/processes/reported_carrier.h"
#include "harness/processes/virtual_carrier.h"

namespace lockstep::processes {

namespace {

// A repr() may name a process or thread: "ForkProcess-7", "Thread-3". The numbers count what an interpreter has started
// since it was, which is another carrier's affair.
std::string without_numbers(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    result += text[at];
    if (result.ends_with("Process-") || result.ends_with("Thread-")) {
      at = text.find_first_not_of("0123456789:", at + 1);
      at = at == std::string::npos ? text.size() : at - 1;
    }
  }
  return result;
}

bool is_same(const trace::Event& left, const trace::Event& right) {
  if (left == right) {
    return true;
  }
  trace::Event a = left, b = right;
  a.outcome.text = without_numbers(a.outcome.text);
  b.outcome.text = without_numbers(b.outcome.text);
  return a == b;
}

bool is_same(const trace::Trace& left, const trace::Trace& right, bool and_choices) {
  if (and_choices && left.choices != right.choices) {
    return false;
  }
  return std::equal(left.events.begin(), left.events.end(), right.events.begin(), right.events.end(),
                    [](const trace::Event& a, const trace::Event& b) { return is_same(a, b); });
}

}  // namespace

Auditor fibers_of(const Launch& launch, int number) {
  Launch with_fibers = launch;
  with_fibers.fibers = true;
  return {"F", [with_fibers, number] { return std::make_unique<VirtualCarrier>(with_fibers, number); },
          [](replay::Carrier& carrier, const replay::Item& item) {
            return dynamic_cast<VirtualCarrier&>(carrier).supports(*item.script);
          },
          true};
}

std::vector<Auditor> auditors_of(const Launch& launch, int number) {
  return {{"S", [launch, number] { return std::make_unique<NotifiedCarrier>(launch, number); },
           [](replay::Carrier&, const replay::Item& item) { return NotifiedCarrier::supports(item); }},
          {"K", [launch, number] { return std::make_unique<ReportedCarrier>(launch, number); },
           [](replay::Carrier&, const replay::Item& item) { return ReportedCarrier::supports(item); }}};
}

void audit(replay::Carrier& audited, replay::Carrier& carrier, const Auditor& auditor,
           std::span<const replay::Item> items, Audit& sum) {
  std::vector<replay::Item> supported;
  std::copy_if(items.begin(), items.end(), std::back_inserter(supported),
               [&](const replay::Item& item) { return auditor.supports(carrier, item); });
  sum.compared += supported.size();
  sum.unsupported += items.size() - supported.size();
  const std::vector<trace::Trace> expected = audited.replay(supported);
  const std::vector<trace::Trace> observed = carrier.replay(supported);
  for (std::size_t at = 0; at < supported.size(); ++at) {
    if (is_same(expected[at], observed[at], auditor.chooses)) {
      continue;
    }
    ++sum.differing;
    if (!sum.first.has_value()) {
      sum.first = Difference{supported[at].script, supported[at].seed, expected[at], observed[at]};
    }
  }
}

Audit audit(replay::Carrier& audited, const Auditor& auditor, std::span<const replay::Item> items) {
  Audit sum;
  sum.carrier = auditor.name;
  try {
    audit(audited, *auditor.make(), auditor, items, sum);
  } catch (const replay::NotAvailable& reason) {
    sum.skipped = reason.what();
  }
  return sum;
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
