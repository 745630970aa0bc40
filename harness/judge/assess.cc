#include <algorithm>
#include <iterator>

#include "harness/judge/expectations.h"
#include "harness/judge/scripted.h"

namespace lockstep::judge {
namespace {

using Entries = std::vector<const Divergence*>;

bool applies(const Divergence& divergence, const Facts& facts, std::string_view case_name) {
  return divergence.when.holds(facts) &&
         (divergence.case_name.empty() || (!case_name.empty() && matches_glob(divergence.case_name, case_name)));
}

bool foresees(const Divergence& divergence, const Finding& finding) {
  return (divergence.clause.empty() || matches_glob(divergence.clause, finding.clause)) &&
         (divergence.observed.empty() || matches_glob(divergence.observed, finding.observed));
}

class Assessor {
 public:
  Assessor(const model::Script& script, const trace::Trace& trace, const spec::Options& options)
      : script_(script), trace_(trace), options_(options) {}

  // Under the policies of these entries; one without a policy foresees the finding that is left.
  bool explains(const Entries& entries) const {
    spec::Options options = options_;
    for (const Divergence* entry : entries) {
      options.policies = entry->policy.has_value() ? options.policies.with(*entry->policy) : options.policies;
    }
    const Finding finding = explain(script_, trace_, options);
    return finding.verdict == Verdict::kAgree ||
           (finding.verdict == Verdict::kDiverge && std::any_of(entries.begin(), entries.end(), [&](const auto* entry) {
              return !entry->policy.has_value() && foresees(*entry, finding);
            }));
  }

 private:
  const model::Script& script_;
  const trace::Trace& trace_;
  const spec::Options& options_;
};

}  // namespace

Assessment assess(const model::Script& script, const trace::Trace& trace, const spec::Options& options,
                  const std::vector<Divergence>& expectations, const Facts& facts, std::string_view case_name) {
  Assessment assessment;
  assessment.finding = explain(script, trace, options);
  if (assessment.finding.verdict != Verdict::kDiverge) {
    return assessment;
  }
  const Assessor assessor(script, trace, options);
  Entries all;
  for (const Divergence& divergence : expectations) {
    if (applies(divergence, facts, case_name)) {
      all.push_back(&divergence);
    }
  }
  for (const Divergence* entry : all) {
    if (foresees(*entry, assessment.finding) && assessor.explains({entry})) {
      assessment.known = true;
      assessment.entries = {entry};
      return assessment;
    }
  }
  const bool begun = std::any_of(all.begin(), all.end(),
                                 [&](const Divergence* entry) { return foresees(*entry, assessment.finding); });
  if (!begun || !assessor.explains(all)) {
    return assessment;
  }
  for (const Divergence* spared : Entries(all)) {
    Entries fewer;
    std::copy_if(all.begin(), all.end(), std::back_inserter(fewer), [&](const auto* entry) { return entry != spared; });
    if (assessor.explains(fewer)) {
      all.swap(fewer);
    }
  }
  assessment.known = true;
  assessment.entries = all;
  return assessment;
}

Assessment assess_case(const model::Script& script, const trace::Trace& trace, const spec::Options& options,
                       const std::vector<Divergence>& expectations, const Facts& facts, std::string_view case_name) {
  Assessment assessment = assess(script, trace, options, expectations, facts, case_name);
  if (assessment.finding.verdict != Verdict::kAgree) {
    return assessment;
  }
  assessment.finding = check_expectations(script, trace, options);
  if (assessment.finding.verdict == Verdict::kDiverge) {
    if (const Divergence* const entry = find_foreseen(assessment.finding, expectations, facts, case_name)) {
      assessment.known = true;
      assessment.entries = {entry};
    }
  }
  return assessment;
}

const Divergence* find_foreseen(const Finding& finding, const std::vector<Divergence>& expectations, const Facts& facts,
                                std::string_view case_name) {
  const auto entry = std::find_if(expectations.begin(), expectations.end(), [&](const Divergence& divergence) {
    return !divergence.policy.has_value() && applies(divergence, facts, case_name) && foresees(divergence, finding);
  });
  return entry == expectations.end() ? nullptr : &*entry;
}

bool concerns(const Divergence& divergence, const Facts& facts) { return divergence.when.holds(facts); }

}  // namespace lockstep::judge
