#include "harness/judge/pending.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/judge/form.h"
#include "harness/judge/lock_history.h"
#include "harness/judge/rlock_history.h"
#include "harness/spec/clause.h"
#include "harness/spec/exception.h"
#include "harness/spec/request.h"
#include "harness/spec/state.h"

namespace lockstep::judge {
namespace {

using model::LockKind;
using model::Method;
using model::OutcomeKind;
using trace::Event;
using trace::EventKind;

// A call as the trace shows it.
struct Interval {
  int step = -1;
  int actor = -1;
  spec::Request request;
  std::uint32_t called = 0;
  std::uint32_t returned = kNever;
  std::int64_t called_ns = 0;
  std::int64_t returned_ns = 0;
  model::Outcome outcome;
  int event = -1;  // of its return
};

// Twice the event's index, and one more for the second deed of a `with`.
std::uint32_t ticket(std::size_t event) { return static_cast<std::uint32_t>(2 * event); }

std::vector<Interval> intervals(const trace::Trace& trace) {
  std::vector<Interval> calls;
  std::array<int, spec::kActorsMax> open{};
  open.fill(-1);
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const Event& event = trace.events[i];
    if (event.kind != EventKind::kInvoked && event.kind != EventKind::kReturned) {
      continue;
    }
    int& slot = open[static_cast<std::size_t>(event.actor)];
    if (event.kind == EventKind::kInvoked) {
      slot = static_cast<int>(calls.size());
      calls.push_back({event.step, event.actor, {}, ticket(i), kNever, event.time_ns, 0, {}, -1});
    } else if (slot >= 0) {
      Interval& call = calls[static_cast<std::size_t>(slot)];
      call.returned = ticket(i);
      call.returned_ns = event.time_ns;
      call.outcome = event.outcome;
      call.event = static_cast<int>(i);
    }
  }
  return calls;
}

bool raised(const model::Outcome& outcome, std::string_view type) {
  return outcome.kind == OutcomeKind::kRaised && spec::read_exception(outcome.text).type == type;
}

const char* rejection(LockKind kind) { return kind == LockKind::kLock ? "ValueError" : "AssertionError"; }

// The deed that the result of an acquire or a release proves, if it proves one.
std::optional<Deed> deed(const Interval& call) {
  const OutcomeKind kind = call.outcome.kind;
  if (call.request.method == Method::kAcquire) {
    if (call.returned == kNever || kind == OutcomeKind::kTrue) {
      return Deed::kAcquired;
    }
    // With arguments that no clause covers, False need not mean that somebody had the lock.
    const bool plain = call.request.fault == spec::Fault::kNone && call.request.wait != spec::Wait::kNan;
    return kind == OutcomeKind::kFalse && plain ? std::optional(Deed::kRefused) : std::nullopt;
  }
  if (call.request.method == Method::kRelease) {
    if (call.returned == kNever || kind == OutcomeKind::kNone) {
      return Deed::kReleased;
    }
    return raised(call.outcome, rejection(call.request.kind)) ? std::optional(Deed::kRejected) : std::nullopt;
  }
  return std::nullopt;
}

class PendingJudge {
 public:
  PendingJudge(const model::Script& script, const trace::Trace& trace, const spec::Options& options)
      : script_(script), options_(options), calls_(intervals(trace)), end_(ticket(trace.events.size())) {
    spec::World world(script);
    for (const Event& event : trace.events) {
      const model::Step* step =
          event.kind == EventKind::kDone ? &script.steps[static_cast<std::size_t>(event.step)] : nullptr;
      if (step != nullptr && step->kind == model::StepKind::kKill) {
        world.kill(step->process);
      } else if (step != nullptr && step->kind == model::StepKind::kExit) {
        world.exit(step->actor, script.actors[static_cast<std::size_t>(step->actor)].main_thread);
      }
      if (event.kind == EventKind::kInvoked) {
        world.start(event.actor);
      }
    }
    for (std::size_t actor = 0; actor < script.actors.size(); ++actor) {
      alive_[actor] = world.alive(static_cast<int>(actor));
    }
  }

  Finding judge() {
    for (Interval& call : calls_) {
      if (std::optional<Finding> finding = judge_alone(call)) {
        return *finding;
      }
    }
    Finding result;
    for (int lock = 0; lock < static_cast<int>(script_.locks.size()); ++lock) {
      Finding finding = judge_lock(lock);
      if (finding.verdict == Verdict::kDiverge) {
        return finding;
      }
      if (finding.verdict != Verdict::kAgree) {
        result = std::move(finding);
      }
    }
    return result;
  }

 private:
  const model::Call& call_of(const Interval& call) const {
    return script_.steps[static_cast<std::size_t>(call.step)].call;
  }

  // Reads the call; what is wrong with it whatever the others do.
  std::optional<Finding> judge_alone(Interval& call) {
    const LockKind kind = script_.locks[static_cast<std::size_t>(call_of(call).lock)].kind;
    base::Result<spec::Request> request = spec::read_call(call_of(call), kind, options_);
    if (!request.ok()) {
      return Finding{Verdict::kInvalid, call.event, call.step, "", "", request.error().text()};
    }
    call.request = std::move(request.value());
    const spec::Request& asked = call.request;
    if (call.returned == kNever) {
      return std::nullopt;
    }
    const OutcomeKind outcome = call.outcome.kind;
    const auto diverge = [&](spec::Clause clause, std::string expected, std::string observed) {
      return Finding{Verdict::kDiverge,      call.event,          call.step,
                     spec::id(clause, kind), std::move(expected), std::move(observed)};
    };
    if (outcome == OutcomeKind::kCrashed || outcome == OutcomeKind::kHung) {
      return diverge(spec::Clause::kCallEnds, "returns, raises or blocks", to_string(call.outcome));
    }
    if (asked.method == Method::kRelease && asked.fault == spec::Fault::kNone && outcome != OutcomeKind::kNone &&
        !raised(call.outcome, rejection(kind))) {
      return diverge(spec::Clause::kReleaseUnlocked, std::string("None or raises ") + rejection(kind),
                     to_string(call.outcome));
    }
    const bool timed = asked.wait == spec::Wait::kTimed && asked.fault == spec::Fault::kNone &&
                       !options_.policies.has(spec::Policy::kWallClockDeadline);
    if (timed && outcome == OutcomeKind::kFalse && call.returned_ns - call.called_ns < asked.timeout_min_ns - 1000) {
      return diverge(asked.refusal, "blocks", "False before its timeout");
    }
    return std::nullopt;
  }

  // REQUIRES: the call is a `with` on a Lock. It acquired and released at some moments of its interval; if it was cut
  // short, perhaps.
  void add_with(const Interval& call, History& history) const {
    const auto client = static_cast<std::uint32_t>(call.actor);
    const bool rejected = raised(call.outcome, "ValueError");
    const bool whole = call.outcome.kind == OutcomeKind::kNone || raised(call.outcome, "RuntimeError") || rejected;
    const bool returned = call.returned != kNever && whole;
    history.push_back({client, Deed::kAcquired, call.called, returned ? call.returned : kNever});
    history.push_back(
        {client, rejected ? Deed::kRejected : Deed::kReleased, call.called + 1, returned ? call.returned + 1 : kNever});
  }

  // An RLock's `with` is left out: it gives back what it takes. But somebody may have been refused because of it.
  bool overlaps_with(const Interval& call) const {
    return std::any_of(calls_.begin(), calls_.end(), [&](const Interval& other) {
      return call_of(other).method == Method::kWith && call_of(other).lock == call_of(call).lock &&
             other.called < call.returned && call.called < other.returned;
    });
  }

  // With the calls that are still open as they are: perhaps done; or as refused for good, at the end.
  History history(int lock, bool refuse_open) const {
    History history;
    for (const Interval& call : calls_) {
      const spec::Request& asked = call.request;
      if (asked.lock != lock) {
        continue;
      }
      const bool with = asked.method == Method::kWith;
      if (refuse_open && call.returned == kNever && alive_[static_cast<std::size_t>(call.actor)] &&
          (with || asked.method == Method::kAcquire)) {
        const std::uint32_t called = end_ + 2 * static_cast<std::uint32_t>(call.actor);
        history.push_back({static_cast<std::uint32_t>(call.actor), Deed::kRefused, called, called + 1});
        continue;
      }
      if (with && asked.kind == LockKind::kLock) {
        add_with(call, history);
      }
      const std::optional<Deed> proved = deed(call);
      const bool excused = proved == Deed::kRefused && asked.kind == LockKind::kRLock && overlaps_with(call);
      if (proved.has_value() && !excused) {
        history.push_back({static_cast<std::uint32_t>(call.actor), *proved, call.called, call.returned});
      }
    }
    return history;
  }

  Finding judge_lock(int lock) const {
    const LockKind kind = script_.locks[static_cast<std::size_t>(lock)].kind;
    const auto check = [&](const History& history) {
      return kind == LockKind::kLock ? check_lock_history(history) : check_rlock_history(history);
    };
    const History seen = history(lock, false);
    const HistoryVerdict verdict = check(seen);
    if (!verdict.linearizable) {
      return refuse(kind, seen[verdict.operation], verdict.reason);
    }
    if (check(history(lock, true)).linearizable) {
      return {};
    }
    Finding open;
    open.verdict = Verdict::kInconclusive;
    open.observed = "a call on " + script_.locks[static_cast<std::size_t>(lock)].name +
                    " was open at the end and not proved blocked";
    return open;
  }

  Finding refuse(LockKind kind, const Operation& operation, std::string_view reason) const {
    Finding finding{Verdict::kDiverge,  -1, -1, spec::id(spec::Clause::kHistory, kind), "a linearizable history",
                    std::string(reason)};
    for (const Interval& call : calls_) {
      if (call.called == operation.called || call.called + 1 == operation.called) {
        finding.event = call.event;
        finding.step = call.step;
      }
    }
    if (!options_.policies.empty()) {
      finding.verdict = Verdict::kInconclusive;
    }
    return finding;
  }

  const model::Script& script_;
  const spec::Options& options_;
  std::vector<Interval> calls_;
  const std::uint32_t end_;
  std::array<bool, spec::kActorsMax> alive_{};  // at the end
};

}  // namespace

Finding judge_pending(const model::Script& script, const trace::Trace& trace, const spec::Options& options) {
  for (int i = 0; i < static_cast<int>(trace.events.size()); ++i) {
    const Event& event = trace.events[static_cast<std::size_t>(i)];
    if (const char* const wrong = misfit(script, event)) {
      return Finding{Verdict::kInvalid, i, event.step, "", "", wrong};
    }
  }
  return PendingJudge(script, trace, options).judge();
}

}  // namespace lockstep::judge
