#include <algorithm>
#include <cstdio>

#include "harness/cli/command.h"
#include "harness/cli/divergence_json.h"
#include "harness/cli/summary.h"
#include "harness/script/print.h"

namespace lockstep::cli {
namespace {

struct Replayed {
  const Subject* subject = nullptr;
  trace::Trace trace;
  std::optional<trace::Trace> again;  // the second replay, if it took another course
  Judged judged;
};

Replayed replay_on(const Subject& subject, const Target& target, const Plan& plan, const Home& home,
                   const trace::Trace* reference) {
  const replay::Item item{&target.script, target.seed};
  Replayed replayed;
  replayed.subject = &subject;
  const std::unique_ptr<replay::Carrier> carrier = make_carrier(subject, 0);
  replayed.trace = carrier->replay(std::span(&item, 1)).front();
  if (subject.time == Time::kVirtual) {
    trace::Trace again = carrier->replay(std::span(&item, 1)).front();
    if (again.events != replayed.trace.events) {
      replayed.again = std::move(again);
    }
  }
  const bool comparable = reference != nullptr && subject.time == Time::kVirtual;
  Verdicts verdicts(subject, plan, home);
  replayed.judged = verdicts.judge(target.script, replayed.trace, comparable ? reference : nullptr);
  if (replayed.judged.standing == Standing::kPassed) {  // by the specification; now by what the script itself expects
    replayed.judged = verdicts.judge_case(target.script, replayed.trace, target.case_name);
  }
  return replayed;
}

std::string verdict(const Replayed& replayed) {
  const judge::Finding& finding = replayed.judged.finding;
  const std::string what = finding.clause + ": expected " + finding.expected + ", observed " + finding.observed;
  switch (replayed.judged.standing) {
    case Standing::kPassed:
      return "agrees";
    case Standing::kKnown: {
      std::string ids;
      for (const std::string& id : replayed.judged.expectations) {
        ids += (ids.empty() ? "" : ", ") + id;
      }
      return "known (" + ids + "): " + what;
    }
    case Standing::kUnexpected:
      return "DIVERGES at step " + std::to_string(finding.step + 1) + ", " + what;
    case Standing::kInconclusive:
      return "inconclusive: " + finding.observed;
  }
  return "";
}

// A schedule pins the choices of one implementation; another may have fewer, or others. It must fit somebody.
void check_schedule(const std::vector<Replayed>& all, const std::string& target) {
  const auto misfit = [](const Replayed& replayed) { return replayed.trace.misfit; };
  if (all.empty() || std::any_of(all.begin(), all.end(), [&](const Replayed& one) { return misfit(one) < 0; })) {
    return;
  }
  const Replayed& furthest = *std::max_element(
      all.begin(), all.end(), [&](const Replayed& one, const Replayed& other) { return misfit(one) < misfit(other); });
  throw UsageError(target + ": the schedule does not fit the script: expected at choice " +
                   std::to_string(misfit(furthest) + 1) + " an option that is there (" +
                   std::to_string(furthest.trace.choices.size()) + " choices come up)");
}

// Exit codes of a single script: 0 agree or known, 1 diverge, 3 inconclusive.
int code_of(Standing standing) {
  return standing == Standing::kUnexpected ? 1 : standing == Standing::kInconclusive ? 3 : 0;
}

}  // namespace

int command_replay(const Options& options) {
  const Target target = read_target(options, options.target);
  const Home home = find_home();
  Options adjusted = options;
  adjusted.time = target.time == Time::kReal ? "real" : "virtual";
  const std::vector<Subject> subjects = subjects_of(adjusted, home);
  const Plan plan = plan_of(options);
  std::vector<Replayed> all;
  all.reserve(subjects.size());  // traces are pointed to
  std::vector<std::string> notes;
  int code = 0;
  for (const Subject& subject : subjects) {
    if (!subject.runs()) {
      notes.push_back(subject.label() + ": " +
                      (subject.failure.empty() ? "skipped: " + subject.skip_reason : subject.failure));
      code = std::max(code, subject.failure.empty() ? 4 : 3);
      continue;
    }
    if (lacks_a_kind(subject, target.script)) {
      notes.push_back(subject.label() + ": skipped: it has no lock of a kind that the script uses");
      continue;
    }
    const trace::Trace* reference = nullptr;
    for (const Replayed& earlier : all) {
      const bool serves = earlier.subject->reference && earlier.subject->time == Time::kVirtual &&
                          earlier.subject->minor == subject.minor && earlier.judged.standing == Standing::kPassed;
      reference = serves ? &earlier.trace : reference;
    }
    all.push_back(replay_on(subject, target, plan, home, reference));
  }
  check_schedule(all, options.target);
  std::fputs((script::print(target.script) + "\n").c_str(), stdout);
  std::vector<Column> columns;
  for (const Replayed& replayed : all) {
    columns.push_back({replayed.subject->label(), &replayed.trace});
    if (replayed.again.has_value()) {
      columns.push_back({replayed.subject->label() + ", once more", &*replayed.again});
    }
  }
  std::fputs((side_by_side(target.script, columns) + "\n").c_str(), stdout);
  for (const Replayed& replayed : all) {
    if (replayed.again.has_value()) {
      std::printf("%s: NONDETERMINISTIC: the same schedule took two courses\n", replayed.subject->label().c_str());
      code = std::max(code, 3);
      continue;
    }
    std::printf("%s: %s%s\n", replayed.subject->label().c_str(), verdict(replayed).c_str(),
                replayed.trace.misfit < 0 ? "" : " (the schedule does not fit here: followed where it could be)");
    code = code == 1 ? 1 : std::max(code, code_of(replayed.judged.standing));
    code = replayed.judged.standing == Standing::kUnexpected ? 1 : code;
  }
  for (const std::string& note : notes) {
    std::fprintf(stderr, "%s\n", note.c_str());
  }
  return all.empty() && code == 0 ? 4 : code;
}

int command_shrink(const Options& options) {
  const Target target = read_target(options, options.target);
  const Home home = find_home();
  Options adjusted = options;
  adjusted.time = target.time == Time::kReal ? "real" : "virtual";
  const std::vector<Subject> subjects = subjects_of(adjusted, home);
  const Plan plan = plan_of(options);
  Investigator investigator(subjects, plan, home);
  for (std::size_t index = 0; index < subjects.size(); ++index) {
    const Subject& subject = subjects[index];
    if (!subject.failure.empty()) {
      throw replay::AdapterError(subject.failure);
    }
    if (subject.reference || !subject.runs() || lacks_a_kind(subject, target.script)) {
      continue;
    }
    const Judged judged = replay_on(subject, target, plan, home, nullptr).judged;
    if (judged.standing != Standing::kUnexpected && judged.standing != Standing::kKnown) {
      continue;
    }
    const std::string expectation = judged.standing == Standing::kKnown ? judged.expectations.front() : "";
    if (const auto divergence = investigator.investigate(index, target.script, target.seed, expectation)) {
      std::printf("# %s: %s: expected %s, observed %s\n", subject.label().c_str(), divergence->finding.clause.c_str(),
                  divergence->finding.expected.c_str(), divergence->finding.observed.c_str());
      std::printf("# %s\n", replay_command(subject, divergence->script, options.target).c_str());
      std::fputs(script::print(divergence->script).c_str(), stdout);
      return divergence->known ? 0 : 1;
    }
  }
  std::fprintf(stderr, "nothing to shrink: every implementation agrees with the specification on this script\n");
  return 0;
}

}  // namespace lockstep::cli
