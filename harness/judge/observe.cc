#include "harness/judge/observe.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "harness/spec/step.h"

namespace lockstep::judge {
namespace {

using model::Method;
using model::OutcomeKind;
using model::StepKind;
using spec::Ending;
using trace::Event;
using trace::EventKind;

struct Caller {
  bool open = false;
  bool blocked = false;
  bool counts = false;  // it is one of the calls that situations are made of
  spec::Request request;
  spec::Situation situation;
};

class Observer {
 public:
  Observer(const model::Script& script, const spec::Options& options, spec::Coverage& coverage)
      : script_(script), options_(options), coverage_(coverage), world_(script) {}

  // Whether to go on.
  bool see(const Event& event) {
    switch (event.kind) {
      case EventKind::kInvoked:
        return invoked(event);
      case EventKind::kReturned:
        returned(caller(event.actor), event);
        return true;
      case EventKind::kBlocked:
        caller(event.actor).blocked = true;
        return true;
      case EventKind::kDone:
        return done(script_.steps[static_cast<std::size_t>(event.step)]);
      case EventKind::kEnded:
        ended();
        return false;
      case EventKind::kPending:
        return false;
      case EventKind::kSkipped:
        return true;
    }
    return true;
  }

 private:
  Caller& caller(int actor) { return callers_[static_cast<std::size_t>(actor)]; }

  bool invoked(const Event& event) {
    const model::Call& call = script_.steps[static_cast<std::size_t>(event.step)].call;
    const model::LockKind kind = script_.locks[static_cast<std::size_t>(call.lock)].kind;
    base::Result<spec::Request> request = spec::read_call(call, kind, options_);
    if (!request.ok()) {
      return false;
    }
    Caller& by = caller(event.actor);
    by.request = std::move(request.value());
    by.counts = by.request.method != Method::kRepr && by.request.fault == spec::Fault::kNone &&
                by.request.wait != spec::Wait::kNan;
    const bool waiters = std::any_of(callers_.begin(), callers_.end(), [&](const Caller& other) {
      return other.open && other.request.lock == by.request.lock;
    });
    by.open = true;
    by.blocked = false;
    if (by.counts) {
      by.situation = spec::situate(world_, lock(by), by.request, event.actor, waiters);
    }
    return true;
  }

  void returned(Caller& by, const Event& event) {
    by.open = false;
    const std::optional<Ending> ending = ending_of(by, event.outcome);
    if (by.counts && ending.has_value()) {
      by.situation.ending = *ending;
      coverage_.add(by.situation);
    }
    const bool took = by.request.method == Method::kAcquire && event.outcome.kind == OutcomeKind::kTrue;
    const bool gave = by.request.method == Method::kRelease && event.outcome.kind == OutcomeKind::kNone;
    if (took || gave) {
      follow(by, event.actor);
    }
  }

  // The specification does what the trace shows was done.
  void follow(const Caller& by, int actor) {
    spec::Transitions next;
    spec::step(world_, state_, actor, by.request, {spec::Phase::kStart, spec::Reply::kOpen, 0}, {}, options_, next);
    for (const spec::Transition& transition : next) {
      const spec::Reply reply = transition.progress.reply;
      if (reply == spec::Reply::kTrue || reply == spec::Reply::kNone) {
        state_ = transition.state;
        return;
      }
    }
  }

  static std::optional<Ending> ending_of(const Caller& by, const model::Outcome& outcome) {
    switch (outcome.kind) {
      case OutcomeKind::kTrue:
        return by.blocked ? Ending::kBlocksThenTrue : Ending::kTrue;
      case OutcomeKind::kFalse:
        return by.blocked ? Ending::kBlocksThenFalse : Ending::kFalse;
      case OutcomeKind::kNone:
        return by.blocked ? Ending::kBlocksThenNone : Ending::kNone;
      case OutcomeKind::kRaised:
        if (by.request.method == Method::kRelease) {
          return by.request.kind == model::LockKind::kLock ? Ending::kValueError : Ending::kAssertionError;
        }
        if (by.request.method == Method::kWith && outcome.text.starts_with("RuntimeError")) {
          return by.blocked ? Ending::kBlocksThenNone : Ending::kNone;  // A body that raises ends it as well.
        }
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  bool done(const model::Step& step) {
    switch (step.kind) {
      case StepKind::kStartThread:
      case StepKind::kStartProcess:
        world_.start(step.new_actor);
        return true;
      case StepKind::kExit:
        world_.exit(step.actor, script_.actors[static_cast<std::size_t>(step.actor)].main_thread);
        break;
      case StepKind::kKill:
        world_.kill(step.process);
        break;
      default:
        return step.kind != StepKind::kFork && step.kind != StepKind::kRace;
    }
    for (int actor = 0; actor < world_.actors(); ++actor) {
      caller(actor).open = caller(actor).open && world_.alive(actor);
    }
    return true;
  }

  void ended() {
    for (Caller& by : callers_) {
      if (by.open && by.counts) {
        by.situation.ending = Ending::kStaysBlocked;
        coverage_.add(by.situation);
      }
    }
  }

  const spec::LockState& lock(const Caller& by) const {
    return state_.locks[static_cast<std::size_t>(by.request.lock)];
  }

  const model::Script& script_;
  const spec::Options& options_;
  spec::Coverage& coverage_;
  spec::World world_;
  spec::State state_;
  std::array<Caller, spec::kActorsMax> callers_;
};

// The step of the first race; every later step may depend on how it went.
int first_race(const model::Script& script) {
  const auto race = std::find_if(script.steps.begin(), script.steps.end(),
                                 [](const model::Step& step) { return step.kind == StepKind::kRace; });
  return static_cast<int>(race - script.steps.begin());
}

}  // namespace

void observe(const model::Script& script, const trace::Trace& trace, const spec::Options& options,
             spec::Coverage& coverage) {
  Observer observer(script, options, coverage);
  const int race = first_race(script);
  for (const Event& event : trace.events) {
    if (event.step >= race || !observer.see(event)) {
      return;
    }
  }
}

}  // namespace lockstep::judge
