#include <algorithm>
#include <cstdio>

#include "harness/judge/run.h"

namespace lockstep::judge {
namespace {

std::string seconds(std::int64_t time_ns) {
  char text[40];
  std::snprintf(text, sizeof text, "%lld.%06lld s", static_cast<long long>(time_ns / 1000000000),
                static_cast<long long>(time_ns % 1000000000 / 1000));
  return text;
}

}  // namespace

Possible Explainer::Run::possible(int actor, std::int64_t now_ns) {
  const auto slot = static_cast<std::size_t>(actor);
  const spec::Request& request = calls_[slot].request;
  Possible all;
  all.clause = request.refusal;
  bool clause_known = false;
  explore(now_ns, [&](const Configuration& configuration) {
    const spec::Progress progress = configuration.calls[slot];
    if (progress.phase == spec::Phase::kDone) {
      if (std::find(all.replies.begin(), all.replies.end(), progress) == all.replies.end()) {
        all.replies.push_back(progress);
      }
      return false;
    }
    spec::step(world_, configuration.state, actor, request, progress, moment(calls_[slot], now_ns), options_,
               transitions_);
    all.blocks = all.blocks || !spec::must_move(transitions_);
    if (!clause_known) {
      if (!transitions_.empty()) {
        all.clause = transitions_[0].clause;
        clause_known = true;
      }
    }
    return true;
  });
  return all;
}

std::string Explainer::Run::text(const Possible& possible, const spec::Request& request, bool with_blocks) const {
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " or ") + word; };
  for (const spec::Progress progress : possible.replies) {
    add(spec::describe(progress, request, options_));
  }
  if (possible.blocks && with_blocks) {
    add("blocks");
  }
  return text;
}

bool Explainer::Run::invalid(int index, std::string why) {
  const bool known = index >= 0 && index < static_cast<int>(trace_->events.size());
  const int step = known ? trace_->events[static_cast<std::size_t>(index)].step : -1;
  finding_ = Finding{Verdict::kInvalid, index, step, "", "", std::move(why)};
  return false;
}

bool Explainer::Run::diverge(int index, int step, spec::Clause clause, std::string expected, std::string observed) {
  model::LockKind kind = model::LockKind::kLock;
  const model::Step& culprit = script_->steps[static_cast<std::size_t>(step)];
  if (culprit.kind == model::StepKind::kCall) {
    kind = script_->locks[static_cast<std::size_t>(culprit.call.lock)].kind;
  }
  finding_ = Finding{Verdict::kDiverge, index, step, spec::id(clause, kind), std::move(expected), std::move(observed)};
  return false;
}

bool Explainer::Run::diverge_return(int index, const trace::Event& event) {
  const OpenCall& call = call_of(event.actor);
  const Possible all = possible(event.actor, event.time_ns);
  const bool ended =
      event.outcome.kind != model::OutcomeKind::kCrashed && event.outcome.kind != model::OutcomeKind::kHung;
  std::string observed = to_string(event.outcome);
  std::string expected = text(all, call.request, true);
  const bool early = call.request.wait == spec::Wait::kTimed && event.outcome.kind == model::OutcomeKind::kFalse &&
                     event.time_ns < call.deadline_min_ns;
  if (early && all.blocks) {
    observed += " at " + seconds(event.time_ns);
    expected += " until " + seconds(call.deadline_min_ns);
  }
  return diverge(index, event.step, ended ? all.clause : spec::Clause::kCallEnds, expected, observed);
}

bool Explainer::Run::diverge_blocked(int index, const trace::Event& event, int actor) {
  const OpenCall& call = call_of(actor);
  const Possible all = possible(actor, event.time_ns + 1);
  const bool woken = call.settled && all.clause == spec::Clause::kAcquireFree;
  return diverge(index, call.step, woken ? spec::Clause::kAcquireWakes : all.clause, text(all, call.request, false),
                 "blocks");
}

bool Explainer::Run::diverge_late(int index, const trace::Event& event) {
  const OpenCall& call = call_of(event.actor);
  return diverge(index, event.step, call.request.refusal, "False at " + seconds(call.deadline_max_ns),
                 "False at " + seconds(event.time_ns));
}

}  // namespace lockstep::judge
