#include "harness/cli/verdicts.h"

#include <algorithm>
#include <filesystem>

#include <gnu/libc-version.h>
#include <sys/utsname.h>

namespace lockstep::cli {
namespace {

// The files of what is foreseen: the implementation's own, and, if its calls reach _multiprocessing.SemLock, that of
// the interpreter whose ways it inherits by them. The reference has none: it must agree.
std::vector<std::string> expectations_of(const Subject& subject, const Plan& plan, const Home& home) {
  if (subject.reference) {
    return {};
  }
  if (!plan.expectations.empty()) {
    return {plan.expectations};
  }
  std::vector<std::string> files;
  const auto add_if_there = [&](const std::string& name) {
    const std::filesystem::path file = std::filesystem::path(home.expectations) / (name + ".toml");
    if (std::filesystem::exists(file)) {
      files.push_back(file);
    }
  };
  add_if_there(subject.family);
  if (subject.reaches_semlock && subject.interpreter != subject.family) {
    add_if_there(subject.interpreter);
  }
  return files;
}

void note_known(Judged& judged, const judge::Assessment& assessment) {
  if (assessment.known) {
    judged.standing = Standing::kKnown;
    for (const judge::Divergence* entry : assessment.entries) {
      judged.expectations.push_back(entry->id);
    }
  }
}

judge::Facts facts_of(const Subject& subject) {
  utsname system{};
  uname(&system);
  return {subject.family,         subject.version, subject.python_version,
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
  for (const std::string& file : expectations_of(subject, plan, home)) {
    auto loaded = judge::load_expectations(file);
    if (!loaded.ok()) {
      throw ExpectationsUnreadable(loaded.error().text());
    }
    for (judge::Divergence& foreseen : loaded.value()) {
      const bool known = std::any_of(expectations_.begin(), expectations_.end(),
                                     [&](const judge::Divergence& other) { return other.id == foreseen.id; });
      if (!known) {  // two files may extend the same one
        expectations_.push_back(std::move(foreseen));
      }
    }
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
  if (assessment.finding.verdict == judge::Verdict::kDiverge) {
    note_known(judged, assessment);
  }
  return judged;
}

Judged Verdicts::judge_case(const model::Script& script, const trace::Trace& trace, const std::string& name) const {
  const bool lets_time_pass = std::any_of(script.steps.begin(), script.steps.end(),
                                          [](const model::Step& step) { return step.kind == model::StepKind::kPause; });
  const auto assess = trace.virtual_time || !lets_time_pass ? judge::assess_case : judge::assess;
  const judge::Assessment assessment = assess(script, trace, sides_.other, expectations_, facts_, name);
  Judged judged;
  judged.finding = assessment.finding;
  switch (assessment.finding.verdict) {
    case judge::Verdict::kAgree:
      break;
    case judge::Verdict::kDiverge:
      judged.standing = Standing::kUnexpected;
      note_known(judged, assessment);
      break;
    case judge::Verdict::kInconclusive:
    case judge::Verdict::kInvalid:
      judged.standing = Standing::kInconclusive;
      break;
  }
  return judged;
}

Judged Verdicts::judge_finding(const judge::Finding& finding, const std::string& case_name) const {
  Judged judged{Standing::kUnexpected, {}, finding};
  if (const judge::Divergence* const entry = judge::find_foreseen(finding, expectations_, facts_, case_name)) {
    judged.standing = Standing::kKnown;
    judged.expectations = {entry->id};
  }
  return judged;
}

std::vector<const judge::Divergence*> Verdicts::foreseen() const {
  std::vector<const judge::Divergence*> entries;
  for (const judge::Divergence& entry : expectations_) {
    if (judge::concerns(entry, facts_)) {
      entries.push_back(&entry);
    }
  }
  return entries;
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
