#include "harness/cli/seen_calls.h"

#include <algorithm>
#include <cstddef>

namespace lockstep::cli {
namespace {

using model::StepKind;
using trace::EventKind;

// The number of the race that each step is in; -1 for the steps outside.
std::vector<int> races_of(const model::Script& script) {
  std::vector<int> races;
  int race = -1;
  for (std::size_t step = 0; step < script.steps.size(); ++step) {
    const StepKind kind = script.steps[step].kind;
    race = kind == StepKind::kRace ? static_cast<int>(step) : kind == StepKind::kEnd ? -1 : race;
    races.push_back(race);
  }
  return races;
}

bool has(const std::vector<int>& steps, int step) { return std::find(steps.begin(), steps.end(), step) != steps.end(); }

}  // namespace

std::vector<script::SeenCall> seen_calls(const model::Script& script, const trace::Trace& trace, int event) {
  const std::vector<int> races = races_of(script);
  const auto race_of = [&races](int step) { return races[static_cast<std::size_t>(step)]; };
  const auto until = trace.events.begin() + event + 1;
  std::vector<script::SeenCall> calls;
  std::vector<int> open, pending;
  for (auto at = trace.events.begin(); at != until; ++at) {
    if (at->kind == EventKind::kInvoked) {
      script::SeenCall call{at->step, "", false, {}};
      for (script::SeenCall& before : calls) {
        const bool rival = race_of(before.step) >= 0 && race_of(before.step) == race_of(at->step);
        const bool returned = !has(open, before.step);
        before.blocked = before.blocked || (!rival && !returned);
        const bool other = script.steps[static_cast<std::size_t>(before.step)].actor != at->actor;
        if (rival && returned && other) {
          call.after.push_back(before.step);
        }
      }
      calls.push_back(std::move(call));
      open.push_back(at->step);
    } else if (at->kind == EventKind::kReturned) {
      std::erase(open, at->step);
      const auto call =
          std::find_if(calls.begin(), calls.end(), [at](const script::SeenCall& one) { return one.step == at->step; });
      call->outcome = to_string(at->outcome);
    } else if (at->kind == EventKind::kPending) {
      pending.push_back(at->step);
    }
  }
  for (script::SeenCall& call : calls) {
    if (has(open, call.step) && !has(pending, call.step) && (until - 1)->kind != EventKind::kReturned) {
      call.outcome = "blocks";
    }
  }
  std::sort(calls.begin(), calls.end(),
            [](const script::SeenCall& left, const script::SeenCall& right) { return left.step < right.step; });
  return calls;
}

}  // namespace lockstep::cli
