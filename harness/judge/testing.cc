#include "harness/judge/testing.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "harness/base/check.h"
#include "harness/script/parse.h"
#include "harness/spec/request.h"
#include "harness/spec/state.h"

namespace lockstep::judge {
namespace {

using model::Expectation;
using model::ExpectationKind;
using model::OutcomeKind;
using model::StepKind;
using trace::EventKind;

class Speller {
 public:
  Speller(const model::Script& script, const std::vector<model::Outcome>& raced) : script_(script), raced_(raced) {
    open_.fill(-1);
  }

  trace::Trace spell() {
    for (int i = 0; i < static_cast<int>(script_.steps.size()); ++i) {
      step(i, script_.steps[static_cast<std::size_t>(i)]);
    }
    add(EventKind::kEnded, -1, -1, {});
    return trace_;
  }

 private:
  void step(int i, const model::Step& step) {
    switch (step.kind) {
      case StepKind::kCall:
        return call(i, step);
      case StepKind::kPause:
        return pause(i, step);
      case StepKind::kExpectation:
        returns(step.expectation);
        return add(EventKind::kDone, i, -1, {});
      case StepKind::kRace:
        in_race_ = true;
        return;
      case StepKind::kEnd:
        in_race_ = false;
        for (const int racing : race_) {
          LOCKSTEP_CHECK(next_raced_ < raced_.size());
          answer(racing, script_.steps[static_cast<std::size_t>(racing)].actor, raced_[next_raced_++]);
        }
        race_.clear();
        return;
      default:
        break;
    }
    // An expectation of a step that is no call can't be written; a signal to an idle actor has the natural outcome.
    const bool heard =
        step.kind == StepKind::kSignal && step.handler_raises && open_[static_cast<std::size_t>(step.actor)] < 0;
    const model::Outcome raised{OutcomeKind::kRaised, "SignalRaised(\"signal\")"};
    add(EventKind::kDone, i, step.actor, heard ? raised : model::Outcome());
  }

  void call(int i, const model::Step& step) {
    const auto actor = static_cast<std::size_t>(step.actor);
    add(EventKind::kInvoked, i, step.actor, {});
    open_[actor] = i;
    const auto kind = script_.locks[static_cast<std::size_t>(step.call.lock)].kind;
    const auto request = spec::read_call(step.call, kind, {});
    LOCKSTEP_CHECK(request.ok());
    deadline_[actor] = time_ns_ + request.value().timeout_max_ns;
    if (in_race_) {
      race_.push_back(i);
    } else {
      LOCKSTEP_CHECK(step.expectation.kind == ExpectationKind::kOutcome);
      answer(i, step.actor, step.expectation.outcomes[0]);
    }
  }

  void answer(int i, int actor, const model::Outcome& outcome) {
    const bool blocks = outcome.kind == OutcomeKind::kBlocks;
    add(blocks ? EventKind::kBlocked : EventKind::kReturned, i, actor, blocks ? model::Outcome{} : outcome);
    if (!blocks) {
      open_[static_cast<std::size_t>(actor)] = -1;
    }
  }

  void returns(const Expectation& expectation) {
    if (expectation.kind == ExpectationKind::kReturns) {
      const auto actor = static_cast<std::size_t>(expectation.actors[0]);
      if (open_[actor] >= 0) {
        add(EventKind::kReturned, open_[actor], expectation.actors[0], expectation.outcomes[0]);
        open_[actor] = -1;
      }
    }
  }

  void pause(int i, const model::Step& step) {
    const std::int64_t end_ns = time_ns_ + step.seconds.nanoseconds;
    std::vector<Expectation> expired;
    for (std::size_t next = static_cast<std::size_t>(i) + 1; next < script_.steps.size(); ++next) {
      const Expectation& expectation = script_.steps[next].expectation;
      if (script_.steps[next].kind != StepKind::kExpectation || expectation.kind != ExpectationKind::kReturns ||
          expectation.outcomes[0].kind != OutcomeKind::kFalse) {
        break;
      }
      expired.push_back(expectation);
    }
    for (const Expectation& expectation : expired) {
      const std::int64_t deadline_ns = deadline_[static_cast<std::size_t>(expectation.actors[0])];
      time_ns_ = std::clamp(deadline_ns, time_ns_, end_ns);
      returns(expectation);
    }
    time_ns_ = end_ns;
    add(EventKind::kDone, i, -1, {});
  }

  void add(EventKind kind, int step, int actor, const model::Outcome& outcome) {
    trace_.events.push_back({kind, step, actor, outcome, time_ns_});
  }

  const model::Script& script_;
  const std::vector<model::Outcome>& raced_;
  std::size_t next_raced_ = 0;
  trace::Trace trace_;
  std::int64_t time_ns_ = 0;
  bool in_race_ = false;
  std::vector<int> race_;
  std::array<int, spec::kActorsMax> open_{};
  std::array<std::int64_t, spec::kActorsMax> deadline_{};
};

}  // namespace

model::Script parsed(std::string_view text) {
  base::Result<model::Script> script = script::parse(text, "test.lks");
  if (!script.ok()) {
    std::fprintf(stderr, "%s\n", script.error().text().c_str());
  }
  LOCKSTEP_CHECK(script.ok());
  return std::move(script.value());
}

trace::Trace spelled_trace(const model::Script& script, const std::vector<model::Outcome>& raced) {
  return Speller(script, raced).spell();
}

trace::Trace unproved(trace::Trace trace) {
  trace.virtual_time = false;
  for (trace::Event& event : trace.events) {
    event.kind = event.kind == trace::EventKind::kBlocked ? trace::EventKind::kPending : event.kind;
  }
  return trace;
}

}  // namespace lockstep::judge
