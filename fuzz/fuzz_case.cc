#include "fuzz/support/case.h"
#include "fuzz/support/expectation_writer.h"
#include "fuzz/support/report.h"
#include "harness/judge/expectations.h"
#include "harness/judge/scripted.h"
#include "harness/judge/testing.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/validate.h"

// A case is kept if, and only if, what it expects is what happened: a trace keeps the expectations that were written
// down from it, misses one that is changed, at its step, and without proofs of blocking is never said to miss any.
namespace lockstep::fuzz {
namespace {

using judge::Finding;
using judge::Verdict;
using model::ExpectationKind;

void check(bool holds, const char* kind, const Written& written, const Finding& finding) {
  if (!holds) {
    report("player", "scripted", "script.expectation", kind,
           script::print(written.script) + trace::print(written.trace, written.script) + "step " +
               std::to_string(finding.step) + ": expected " + finding.expected + ", observed " + finding.observed);
  }
}

std::vector<std::size_t> expecting(const model::Script& script) {
  std::vector<std::size_t> steps;
  for (std::size_t step = 0; step < script.steps.size(); ++step) {
    if (script.steps[step].expectation.kind != ExpectationKind::kNone) {
      steps.push_back(step);
    }
  }
  return steps;
}

// What did not happen.
void spoil(model::Expectation& expectation, Case& choices) {
  if (expectation.kind == ExpectationKind::kStillBlocks) {
    expectation.kind = ExpectationKind::kReturns;
    expectation.outcomes = {{model::OutcomeKind::kTrue, ""}};
  } else if (expectation.kind == ExpectationKind::kReturns && choices.choose(2) == 1) {
    expectation.kind = ExpectationKind::kStillBlocks;
    expectation.outcomes.clear();
  } else {
    expectation.outcomes.front() = another(expectation.outcomes.front());
  }
}

// With an entry that foresees it, in this case only, a missed expectation is known.
void check_foreseen(const Written& written, const spec::Options& options, const Finding& missed) {
  judge::Divergence entry;
  entry.id = "X-1";
  entry.case_name = "lock/some*";
  entry.observed = missed.observed;
  const judge::Facts facts{"cpython", "3.13.0", "3.13.0", "2.36", "x86_64", "fork"};
  for (const bool here : {true, false}) {
    const judge::Assessment assessment = judge::assess_case(written.script, written.trace, options, {entry}, facts,
                                                            here ? "lock/something" : "rlock/something");
    check(assessment.finding == missed, "assessed-otherwise", written, assessment.finding);
    check(assessment.known == here, here ? "unforeseen" : "foreseen-elsewhere", written, assessment.finding);
  }
}

void check_changed(Written written, const spec::Options& options, Case& choices) {
  const std::vector<std::size_t> steps = expecting(written.script);
  if (steps.empty()) {
    return;
  }
  const std::size_t step = steps[choices.choose(static_cast<std::uint32_t>(steps.size()))];
  model::Expectation& expectation = written.script.steps[step].expectation;
  const model::Expectation kept = expectation;
  if (!expectation.outcomes.empty()) {
    expectation.outcomes.insert(expectation.outcomes.begin(), another(kept.outcomes.front()));
    const Finding finding = judge::check_expectations(written.script, written.trace, options);
    check(finding.verdict == Verdict::kAgree, "refused-of-two", written, finding);
  }
  expectation = kept;
  spoil(expectation, choices);
  const Finding finding = judge::check_expectations(written.script, written.trace, options);
  check(finding.verdict == Verdict::kDiverge && finding.step == static_cast<int>(step), "kept", written, finding);
  if (judge::explain(written.script, written.trace, options).verdict == Verdict::kAgree) {
    check_foreseen(written, options, finding);
  }
}

}  // namespace

void check_case(Case read) {
  const judge::Flaw flaw = read.choose_flaw();
  const spec::Options options = read.choose_options();
  model::Script bare = read.script();
  std::erase_if(bare.steps, [](const model::Step& step) { return step.kind == model::StepKind::kExpectation; });
  for (model::Step& step : bare.steps) {
    step.expectation = {};
  }
  const Written written = write_expectations(bare, read.play(bare, flaw, options), read);
  const auto again = script::parse(script::print(written.script), "written");
  check(!script::validate(written.script).has_value() && again.ok() && again.value() == written.script, "no-script",
        written, {});
  Finding finding = judge::check_expectations(written.script, written.trace, options);
  check(finding.verdict == Verdict::kAgree, "refused", written, finding);
  finding = judge::check_expectations(written.script, judge::unproved(written.trace), options);
  check(finding.verdict != Verdict::kDiverge, "refused-unproved", written, finding);
  check_changed(written, options, read);
}

}  // namespace lockstep::fuzz
