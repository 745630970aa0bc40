#include "harness/cli/verdicts.h"

#include <filesystem>

#include <gnu/libc-version.h>
#include <sys/utsname.h>

namespace lockstep::cli {
namespace {

// A plug-in has a file of its own name, or, if its calls reach _multiprocessing.SemLock, inherits CPython's. The
// reference has none: it must agree.
std::string expectations_of(const Subject& subject, const Plan& plan, const Home& home) {
  if (subject.reference) {
    return "";
  }
  if (!plan.expectations.empty()) {
    return plan.expectations;
  }
  const std::filesystem::path folder = home.expectations;
  if (const auto own = folder / (subject.name + ".toml"); std::filesystem::exists(own)) {
    return own;
  }
  return subject.reaches_semlock ? (folder / "cpython.toml").string() : "";
}

judge::Facts facts_of(const Subject& subject) {
  utsname system{};
  uname(&system);
  const std::string implementation = subject.multiprocessing ? "cpython" : subject.name;
  return {implementation,         subject.version, subject.python_version,
          gnu_get_libc_version(), system.machine,  subject.start_method};
}

}  // namespace

Verdicts::Verdicts(const Subject& subject, const Plan& plan, const Home& home)
    : facts_(facts_of(subject)), explainer_(options_of(subject, plan.plug_in_level)) {
  sides_.other = options_of(subject, plan.plug_in_level);
  sides_.reference = sides_.other;
  sides_.reference.level = spec::Level::kObserved;
  sides_.reference.exact_messages = true;
  sides_.reference.has_locked = true;
  if (const std::string file = expectations_of(subject, plan, home); !file.empty()) {
    auto loaded = judge::load_expectations(file);
    if (!loaded.ok()) {
      throw ExpectationsUnreadable(loaded.error().text());
    }
    expectations_ = std::move(loaded.value());
  }
}

Judged Verdicts::judge(const model::Script& script, const trace::Trace& trace, const trace::Trace* reference) {
  Judged judged;
  if (reference != nullptr && reference->events == trace.events) {
    return judged;
  }
  judged.finding = explainer_.explain(script, trace);
  if (judged.finding.verdict == judge::Verdict::kAgree && reference != nullptr) {
    judged.finding = judge::compare(script, *reference, trace, sides_);
  }
  switch (judged.finding.verdict) {
    case judge::Verdict::kAgree:
      return judged;
    case judge::Verdict::kDiverge:
      break;
    case judge::Verdict::kInconclusive:
    case judge::Verdict::kInvalid:
      judged.standing = Standing::kInconclusive;
      return judged;
  }
  judged.standing = Standing::kUnexpected;
  const judge::Assessment assessment = judge::assess(script, trace, sides_.other, expectations_, facts_);
  if (assessment.finding.verdict == judge::Verdict::kDiverge && assessment.known) {
    judged.standing = Standing::kKnown;
    for (const judge::Divergence* entry : assessment.entries) {
      judged.expectations.push_back(entry->id);
    }
  }
  return judged;
}

std::string Verdicts::reason_of(const std::string& id) const {
  for (const judge::Divergence& expectation : expectations_) {
    if (expectation.id == id) {
      return expectation.reason;
    }
  }
  return "";
}

}  // namespace lockstep::cli
