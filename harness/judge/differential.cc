#include "harness/judge/differential.h"

#include <algorithm>
#include <string>
#include <vector>

#include "harness/spec/exception.h"

namespace lockstep::judge {
namespace {

using model::Outcome;
using model::OutcomeKind;
using model::StepKind;
using trace::EventKind;

// What each step's call came to; kBlocks for one that never returned.
struct Answers {
  std::vector<Outcome> outcomes;
  std::vector<bool> invoked;
  std::vector<bool> determined;
  std::vector<int> events;
};

Answers answers(const model::Script& script, const trace::Trace& trace) {
  Answers result;
  result.outcomes.assign(script.steps.size(), {OutcomeKind::kBlocks, ""});
  result.invoked.assign(script.steps.size(), false);
  result.events.assign(script.steps.size(), -1);
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const trace::Event& event = trace.events[i];
    if (event.step < 0 || event.step >= static_cast<int>(script.steps.size())) {
      continue;
    }
    const auto step = static_cast<std::size_t>(event.step);
    if (event.kind == EventKind::kInvoked) {
      result.invoked[step] = true;
    } else if (event.kind == EventKind::kReturned) {
      result.outcomes[step] = event.outcome;
      result.events[step] = static_cast<int>(i);
    }
  }
  return result;
}

// Two values have one meaning to the specification whatever names a process gives itself in a repr.
bool alike(const Outcome& a, const Outcome& b, bool exact_messages) {
  if (a.kind != b.kind || a.kind == OutcomeKind::kValue) {
    return a.kind == b.kind;
  }
  if (a.kind != OutcomeKind::kRaised) {
    return a.text == b.text;
  }
  const spec::Exception first = spec::read_exception(a.text);
  const spec::Exception second = spec::read_exception(b.text);
  const bool messages = exact_messages && first.has_message && second.has_message;
  return first.type == second.type && (!messages || first.message == second.message);
}

// Whether the two can be asked for the same: not for a method that only one of them has.
bool comparable(const model::Call& call, const Sides& sides) {
  return call.method != model::Method::kLocked || sides.reference.has_locked == sides.other.has_locked;
}

// Whether the call of one step returned before that of the other, which may not have returned at all.
bool returned_before(const Answers& answers, std::size_t one, std::size_t other) {
  return answers.events[one] >= 0 && (answers.events[other] < 0 || answers.events[one] < answers.events[other]);
}

bool has_race(const model::Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(),
                     [](const model::Step& step) { return step.kind == StepKind::kRace; });
}

}  // namespace

Finding compare(const model::Script& script, const trace::Trace& reference, const trace::Trace& other,
                const Sides& sides) {
  Answers ours = answers(script, reference);
  Answers theirs = answers(script, other);
  Finding finding = Explainer(sides.reference).explain(script, reference, ours.determined);
  if (finding.verdict == Verdict::kDiverge) {
    finding.verdict = Verdict::kInvalid;
    finding.observed = "the reference itself diverges: " + finding.observed;
  }
  if (finding.verdict != Verdict::kAgree) {
    return finding;
  }
  finding = Explainer(sides.other).explain(script, other, theirs.determined);
  if (finding.verdict == Verdict::kInvalid || finding.verdict == Verdict::kInconclusive || has_race(script)) {
    return finding;
  }
  const bool exact = sides.reference.exact_messages && sides.other.exact_messages;
  const auto is_same = [&](std::size_t i) {
    return script.steps[i].kind != StepKind::kCall || !comparable(script.steps[i].call, sides) ||
           (ours.invoked[i] == theirs.invoked[i] && alike(ours.outcomes[i], theirs.outcomes[i], exact));
  };
  const auto is_determined = [&](std::size_t i) { return ours.determined[i] && theirs.determined[i]; };
  // Whether a call that returned before, though of a later step, took different ways where either was allowed.
  const auto have_parted = [&](std::size_t before) {
    for (std::size_t i = 0; i < script.steps.size(); ++i) {
      if (!is_same(i) && !is_determined(i) &&
          (returned_before(ours, i, before) || returned_before(theirs, i, before))) {
        return true;
      }
    }
    return false;
  };
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    if (script.steps[i].kind != StepKind::kCall) {
      continue;
    }
    const bool same = is_same(i);
    if (finding.verdict == Verdict::kDiverge && finding.step == static_cast<int>(i)) {
      finding.expected = same ? finding.expected : to_string(ours.outcomes[i]);
      return finding;
    }
    if (same) {
      continue;
    }
    if (!is_determined(i) || have_parted(i)) {
      break;  // From here on the two tell different stories, each as good as the other.
    }
    const model::LockKind kind = script.locks[static_cast<std::size_t>(script.steps[i].call.lock)].kind;
    return Finding{Verdict::kDiverge,           theirs.events[i],
                   static_cast<int>(i),         spec::id(spec::Clause::kHistory, kind),
                   to_string(ours.outcomes[i]), to_string(theirs.outcomes[i])};
  }
  return finding;
}

}  // namespace lockstep::judge
