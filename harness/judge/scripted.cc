#include "harness/judge/scripted.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/spec/exception.h"
#include "harness/spec/state.h"

namespace lockstep::judge {
namespace {

using model::ExpectationKind;
using model::Outcome;
using model::OutcomeKind;
using trace::Event;
using trace::EventKind;

// How far the last call of an actor has come.
struct LastCall {
  int step = -1;
  bool blocked = false;     // it was proved blocked once
  bool pending = false;     // it was neither proved blocked nor seen to return
  bool returned = false;    // it came to `outcome`
  bool unanswered = false;  // it blocked, has returned, and no line of the script has asked after it yet
  Outcome outcome;
};

class Keeper {
 public:
  Keeper(const model::Script& script, const trace::Trace& trace, const spec::Options& options)
      : script_(script), trace_(trace), options_(options) {}

  Finding check() {
    for (event_ = 0; event_ < static_cast<int>(trace_.events.size()); ++event_) {
      const Event& event = trace_.events[static_cast<std::size_t>(event_)];
      const bool begins_a_step =
          event.kind == EventKind::kInvoked || event.kind == EventKind::kDone || event.kind == EventKind::kSkipped;
      if ((begins_a_step && event.step > step_) || event.kind == EventKind::kEnded) {
        if (!end_step() || (begins_a_step && !begin_step(event))) {
          return finding_;
        }
      }
      take(event);
    }
    return finding_;
  }

 private:
  void take(const Event& event) {
    if (event.actor < 0 || event.kind == EventKind::kSkipped || event.kind == EventKind::kDone) {
      return;
    }
    LastCall& call = calls_[static_cast<std::size_t>(event.actor)];
    switch (event.kind) {
      case EventKind::kInvoked:
        call = LastCall{event.step, false, false, false, false, {}};
        break;
      case EventKind::kBlocked:
        call.blocked = true;
        break;
      case EventKind::kPending:
        call.pending = true;
        break;
      case EventKind::kReturned:
        call.returned = true;
        call.unanswered = call.blocked || call.pending;
        call.outcome = event.outcome;
        break;
      default:
        break;
    }
  }

  // The step before is over: its call, if it was one, has returned or is blocked.
  bool end_step() {
    if (step_ < 0) {
      return true;
    }
    const model::Step& step = script_.steps[static_cast<std::size_t>(step_)];
    if (step.kind != model::StepKind::kCall || step.expectation.kind != ExpectationKind::kOutcome) {
      return true;
    }
    const LastCall& call = calls_[static_cast<std::size_t>(step.actor)];
    if (call.step != step_) {
      const bool perhaps_open = call.step >= 0 && call.pending && !call.returned;
      return perhaps_open ? undecided() : miss(step.expectation, "skipped");
    }
    if (!call.returned && !call.blocked) {
      return undecided();
    }
    // What was blocked may have returned since, while time passed: a pause is done only when it is over.
    const Outcome blocks{OutcomeKind::kBlocks, ""};
    const Outcome seen = call.blocked ? blocks : call.outcome;
    if (is_among(seen, step.expectation)) {
      return true;
    }
    const bool perhaps_blocked = call.pending && !call.blocked && is_among(blocks, step.expectation);
    return perhaps_blocked ? undecided() : miss(step.expectation, to_string(seen));
  }

  bool begin_step(const Event& event) {
    step_ = event.step;
    const model::Expectation& expectation = script_.steps[static_cast<std::size_t>(step_)].expectation;
    switch (expectation.kind) {
      case ExpectationKind::kReturns:
        return returns(expectation);
      case ExpectationKind::kOneReturns:
        return one_returns(expectation);
      case ExpectationKind::kStillBlocks:
        return still_blocks(expectation);
      case ExpectationKind::kNone:
      case ExpectationKind::kOutcome:
        return true;
    }
    return true;
  }

  bool returns(const model::Expectation& expectation) {
    LastCall& call = calls_[static_cast<std::size_t>(expectation.actors.front())];
    if (!call.returned) {
      return call.pending ? undecided() : miss(expectation, call.blocked ? "blocks" : "no call");
    }
    call.unanswered = false;
    return is_among(call.outcome, expectation) || miss(expectation, to_string(call.outcome));
  }

  bool one_returns(const model::Expectation& expectation) {
    LastCall* only = nullptr;
    std::string names;
    for (const int actor : expectation.actors) {
      LastCall& call = calls_[static_cast<std::size_t>(actor)];
      if (call.returned && call.unanswered) {
        names += (names.empty() ? "" : ", ") + script_.actors[static_cast<std::size_t>(actor)].name;
        only = only == nullptr ? &call : only;
      }
    }
    if (only == nullptr) {
      const bool pending = std::any_of(expectation.actors.begin(), expectation.actors.end(),
                                       [&](int actor) { return calls_[static_cast<std::size_t>(actor)].pending; });
      return pending ? undecided() : miss(expectation, "none returns");
    }
    if (names.find(',') != std::string::npos) {
      return miss(expectation, names + " return");
    }
    only->unanswered = false;
    return is_among(only->outcome, expectation) || miss(expectation, to_string(only->outcome));
  }

  bool still_blocks(const model::Expectation& expectation) {
    const LastCall& call = calls_[static_cast<std::size_t>(expectation.actors.front())];
    if (call.returned) {
      return miss(expectation, to_string(call.outcome));
    }
    return call.blocked || (call.pending ? undecided() : miss(expectation, "no call"));
  }

  [[nodiscard]] bool is_among(const Outcome& seen, const model::Expectation& expectation) const {
    return std::any_of(expectation.outcomes.begin(), expectation.outcomes.end(), [&](const Outcome& expected) {
      if (seen.kind != expected.kind || seen.kind != OutcomeKind::kRaised) {
        return seen == expected;
      }
      const spec::Exception one = spec::read_exception(seen.text);
      const spec::Exception other = spec::read_exception(expected.text);
      return one.type == other.type && (!options_.exact_messages || !other.has_message || one.message == other.message);
    });
  }

  bool miss(const model::Expectation& expectation, std::string observed) {
    std::string expected = expectation.kind == ExpectationKind::kOneReturns ? "one returns " : "";
    for (const Outcome& outcome : expectation.outcomes) {
      expected += (&outcome == expectation.outcomes.data() ? "" : " or ") + to_string(outcome);
    }
    expected = expectation.kind == ExpectationKind::kStillBlocks ? "still blocks" : expected;
    finding_ =
        Finding{Verdict::kDiverge,  event_, step_, script_.clauses.empty() ? "" : script_.clauses.front(), expected,
                std::move(observed)};
    return false;
  }

  bool undecided() {
    finding_ = Finding{Verdict::kInconclusive, event_, step_, "", "", "the call was not proved blocked"};
    return false;
  }

  const model::Script& script_;
  const trace::Trace& trace_;
  const spec::Options& options_;
  std::array<LastCall, spec::kActorsMax> calls_;
  int event_ = 0;
  int step_ = -1;
  Finding finding_;
};

}  // namespace

Finding check_expectations(const model::Script& script, const trace::Trace& trace, const spec::Options& options) {
  return Keeper(script, trace, options).check();
}

}  // namespace lockstep::judge
