#include "harness/cli/campaign.h"
#include "harness/cli/clock.h"
#include "harness/cli/nightly.h"
#include "harness/cli/summary.h"
#include "harness/processes/audit.h"
#include "harness/script/print.h"

namespace lockstep::cli {
namespace {

// A script in a hundred starts processes: by fork in a millisecond, otherwise as slowly as an interpreter starts.
constexpr std::uint64_t kScriptsByFork = 20'000;
constexpr std::uint64_t kScriptsOtherwise = 2'000;
constexpr std::uint64_t kBatch = 256;

std::string details_of(const processes::Audit& audit) {
  if (!audit.first.has_value()) {
    return "";
  }
  const processes::Difference& first = *audit.first;
  return "  first in, with choices by seed " + std::to_string(first.seed) + "\n" + script::print(*first.script) +
         side_by_side(*first.script, {{"P", &first.audited}, {audit.carrier, &first.auditor}});
}

Part part_of(const processes::Audit& audit, double seconds) {
  Part part{"audit of P by " + audit.carrier, "", audit.differing == 0, seconds, audit.skipped};
  part.measured = std::to_string(audit.compared) + " scripts, " + std::to_string(audit.differing) + " differ (" +
                  std::to_string(audit.unsupported) + " passed over)";
  part.details = details_of(audit);
  return part;
}

Part audit_by(const processes::Auditor& auditor, const Subject& subject, const Load& load) {
  script::Profile profile = profile_of(subject);
  profile.races = auditor.chooses;
  const double begun_s = monotonic_s();
  processes::Audit sum;
  sum.carrier = auditor.name;
  std::vector<model::Script> scripts;
  const std::uint64_t count = load.of(subject.start_method == "fork" ? kScriptsByFork : kScriptsOtherwise);
  try {
    const std::unique_ptr<replay::Carrier> audited = make_carrier(subject, 0);
    const std::unique_ptr<replay::Carrier> carrier = auditor.make();
    for (std::uint64_t first = 0; first < count && sum.differing == 0; first += kBatch) {
      scripts.clear();
      for (std::uint64_t index = first; index < std::min(first + kBatch, count); ++index) {
        scripts.push_back(script::generate(profile, load.seed, index));
      }
      std::vector<replay::Item> items;
      for (std::size_t at = 0; at < scripts.size(); ++at) {
        items.push_back({&scripts[at], auditor.chooses ? choice_seed(load.seed, first + at) : 0});
      }
      processes::audit(*audited, *carrier, auditor, items, sum);
    }
  } catch (const replay::NotAvailable& reason) {
    sum.skipped = reason.what();
  }
  return part_of(sum, monotonic_s() - begun_s);
}

}  // namespace

std::vector<Part> audit_carriers(const Subject& subject, const Load& load) {
  std::vector<processes::Auditor> auditors = processes::auditors_of(subject.launch, 1);
  auditors.insert(auditors.begin(), processes::fibers_of(subject.launch, 1));
  std::vector<Part> parts;
  for (const processes::Auditor& auditor : auditors) {
    if (auditor.name == "S" || subject.start_method == "fork") {
      parts.push_back(audit_by(auditor, subject, load));
    }
  }
  return parts;
}

}  // namespace lockstep::cli
