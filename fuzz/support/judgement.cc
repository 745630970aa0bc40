#include "fuzz/support/judgement.h"

#include <gnu/libc-version.h>
#include <sys/utsname.h>

#include "fuzz/support/expectations.h"
#include "fuzz/support/report.h"
#include "harness/base/check.h"
#include "harness/script/print.h"

namespace lockstep::fuzz {
namespace {

using judge::Verdict;

judge::Sides sides_of(int minor) {
  judge::Sides sides;
  sides.reference.edition = sides.other.edition = {minor};
  sides.other.has_locked = sides.other.edition.documents_locked();
  return sides;
}

judge::Facts facts_of(const std::string& version) {
  utsname system{};
  uname(&system);
  return {"cpython", version, version, gnu_get_libc_version(), system.machine, "fork"};
}

std::vector<judge::Divergence> expectations() {
  auto read = judge::read_expectations(kExpectations, "cpython.toml");
  LOCKSTEP_CHECK(read.ok());
  return std::move(read.value());
}

bool is_wrong(const judge::Finding& finding) {
  return finding.verdict == Verdict::kDiverge || finding.verdict == Verdict::kInvalid;
}

}  // namespace

Judgement::Judgement(int minor, const std::string& version)
    : sides_(sides_of(minor)), explainer_(sides_.reference), facts_(facts_of(version)), expectations_(expectations()) {}

std::optional<judge::Finding> Judgement::unforeseen(const model::Script& script, const trace::Trace& cpython,
                                                    judge::Finding finding) const {
  if (!is_wrong(finding) || (finding.verdict == Verdict::kDiverge &&
                             judge::assess(script, cpython, sides_.other, expectations_, facts_).known)) {
    return std::nullopt;
  }
  return finding;
}

std::optional<judge::Finding> Judgement::compare(const model::Script& script, const trace::Trace& reference,
                                                 const trace::Trace& cpython) const {
  return unforeseen(script, cpython, judge::compare(script, reference, cpython, sides_));
}

std::optional<judge::Finding> Judgement::explain_cpython(const model::Script& script,
                                                         const trace::Trace& cpython) const {
  return unforeseen(script, cpython, judge::explain(script, cpython, sides_.other));
}

std::optional<judge::Finding> Judgement::explain(const model::Script& script, const trace::Trace& reference) {
  judge::Finding finding = explainer_.explain(script, reference);
  return is_wrong(finding) ? std::optional(finding) : std::nullopt;
}

void report_finding(const char* one, const char* other, model::Script script, const trace::Trace& trace,
                    const judge::Finding& finding) {
  script.schedule.assign(trace.choices.begin(), trace.choices.end());
  report(one, other, finding.clause.empty() ? "trace" : finding.clause,
         finding.verdict == Verdict::kDiverge ? "diverge" : "invalid",
         script::print(script) + "\nexpected: " + finding.expected + "\nobserved: " + finding.observed + "\n");
}

}  // namespace lockstep::fuzz
