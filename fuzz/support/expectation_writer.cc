#include "fuzz/support/expectation_writer.h"

#include <array>
#include <string>
#include <utility>

#include "harness/script/spelling.h"
#include "harness/script/standalone_race.h"
#include "harness/spec/state.h"

namespace lockstep::fuzz {
namespace {

using model::Expectation;
using model::ExpectationKind;
using model::OutcomeKind;
using model::StepKind;
using trace::Event;
using trace::EventKind;

// The last call of an actor.
struct LastCall {
  int step = -1;
  bool blocked = false;
  bool returned = false;
  bool asked = false;  // a line speaks of its return
  model::Outcome outcome;
};

// Where a script may spell it: exceptions have one normal form there.
std::optional<model::Outcome> spelled(model::Outcome outcome) {
  if (outcome.kind == OutcomeKind::kRaised) {
    auto normal = script::normal_exception(outcome.text);
    if (!normal.ok()) {
      return std::nullopt;
    }
    outcome.text = std::move(normal.value());
  }
  return outcome;
}

class Writer {
 public:
  Writer(const model::Script& script, Case& choices) : script_(script), choices_(choices) {
    written_.script = script;
    written_.script.steps.clear();
  }

  Written run(const trace::Trace& trace) {
    written_.trace = trace;
    written_.trace.events.clear();
    for (const Event& event : trace.events) {
      const bool of_step =
          event.kind == EventKind::kInvoked || event.kind == EventKind::kDone || event.kind == EventKind::kSkipped;
      if (event.kind == EventKind::kEnded || (of_step && event.step > last_)) {
        begin(event);
      }
      take(event);
    }
    return std::move(written_);
  }

 private:
  LastCall& call_of(int actor) { return calls_[static_cast<std::size_t>(actor)]; }

  // The step before is over; between the two there may stand lines, but for within a race.
  void begin(const Event& event) {
    const bool end = event.kind == EventKind::kEnded;
    const int step = end ? static_cast<int>(script_.steps.size()) : event.step;
    const int race = end ? -1 : script::race_of(script_, step);
    expect_of_last();
    if (race < 0 || last_ < race) {
      copy_until(race < 0 ? step : race);
      for (int actor = 0; actor < static_cast<int>(script_.actors.size()); ++actor) {
        expect_in_line(actor, event.time_ns);
      }
    }
    copy_until(step + (end ? 0 : 1));
    last_ = step;
  }

  void expect_of_last() {
    if (last_ < 0 || script_.steps[static_cast<std::size_t>(last_)].kind != StepKind::kCall ||
        script::race_of(script_, last_) >= 0) {
      return;
    }
    const LastCall& call = call_of(script_.steps[static_cast<std::size_t>(last_)].actor);
    if (call.step != last_ || choices_.choose(8) == 1) {
      return;  // it was skipped, or is not spoken of
    }
    const auto seen = call.blocked ? model::Outcome{OutcomeKind::kBlocks, ""} : spelled(call.outcome);
    if (seen.has_value()) {
      written_.script.steps.back().expectation = {ExpectationKind::kOutcome, {}, {*seen}};
    }
  }

  void expect_in_line(int actor, std::int64_t time_ns) {
    LastCall& call = call_of(actor);
    if (!call.blocked || call.asked) {
      return;
    }
    const std::uint32_t how = choices_.choose(3);
    if (!call.returned) {
      return how == 2 ? void() : add_line({ExpectationKind::kStillBlocks, {actor}, {}}, time_ns);
    }
    const auto seen = spelled(call.outcome);
    const int other = (actor + 1) % static_cast<int>(script_.actors.size());
    const LastCall& others = call_of(other);
    const bool unknown = script_.actors[static_cast<std::size_t>(other)].started_by_step;  // It may not be there yet.
    const bool two_returned = others.returned && others.blocked && !others.asked;
    if (how == 2 || !seen.has_value()) {
      return;
    }
    call.asked = true;
    if (how == 1 && other != actor && !unknown && !two_returned) {
      return add_line({ExpectationKind::kOneReturns, {actor, other}, {*seen}}, time_ns);
    }
    add_line({ExpectationKind::kReturns, {actor}, {*seen}}, time_ns);
  }

  void add_line(Expectation expectation, std::int64_t time_ns) {
    const int step = static_cast<int>(written_.script.steps.size());
    model::Step& line = written_.script.steps.emplace_back();
    line.kind = StepKind::kExpectation;
    line.expectation = std::move(expectation);
    written_.trace.events.push_back({EventKind::kDone, step, -1, {}, time_ns});
  }

  void copy_until(int end) {
    while (static_cast<int>(new_step_.size()) < end) {
      const model::Step& step = script_.steps[new_step_.size()];
      new_step_.push_back(static_cast<int>(written_.script.steps.size()));
      written_.script.steps.push_back(step);
    }
  }

  void take(Event event) {
    if (event.kind == EventKind::kInvoked) {
      call_of(event.actor) = {event.step, false, false, false, {}};
    } else if (event.kind == EventKind::kBlocked) {
      call_of(event.actor).blocked = true;
    } else if (event.kind == EventKind::kReturned) {
      call_of(event.actor).returned = true;
      call_of(event.actor).outcome = event.outcome;
    }
    event.step = event.step < 0 ? -1 : new_step_[static_cast<std::size_t>(event.step)];
    written_.trace.events.push_back(std::move(event));
  }

  const model::Script& script_;
  Case& choices_;
  Written written_;
  std::vector<int> new_step_;  // of each step of the script that has been copied
  std::array<LastCall, spec::kActorsMax> calls_;
  int last_ = -1;
};

}  // namespace

Written write_expectations(const model::Script& script, const trace::Trace& trace, Case& choices) {
  return Writer(script, choices).run(trace);
}

model::Outcome another(const model::Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::kTrue:
      return {OutcomeKind::kFalse, ""};
    case OutcomeKind::kValue:
      return {OutcomeKind::kValue, outcome.text + " "};
    case OutcomeKind::kRaised:
      return {OutcomeKind::kRaised, "Other" + outcome.text};
    default:
      return {OutcomeKind::kTrue, ""};
  }
}

}  // namespace lockstep::fuzz
