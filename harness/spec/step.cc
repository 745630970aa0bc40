#include "harness/spec/step.h"

#include <algorithm>

#include "harness/spec/repr.h"

namespace lockstep::spec {
namespace {

using model::LockKind;
using model::Method;

class Stepper {
 public:
  Stepper(const World& world, const State& state, int actor, const Request& request, Moment moment,
          const Options& options, Transitions& transitions)
      : world_(world),
        state_(state),
        actor_(actor),
        request_(request),
        moment_(moment),
        options_(options),
        transitions_(transitions),
        process_(static_cast<std::size_t>(world.process_of(actor))),
        lock_(state.locks[static_cast<std::size_t>(request.lock)]) {}

  void acquire() {
    if (request_.fault == Fault::kFirst) {
      return refuse_arguments();
    }
    if (mine()) {
      take(Clause::kAcquireRecursive);
      if (request_.fault == Fault::kTimeout && binds_nobody(Clause::kAcquireOwnedTimeout)) {
        end(Clause::kAcquireOwnedTimeout, Reply::kAnyRaised);
      }
      return;
    }
    if (request_.fault == Fault::kTimeout) {
      return refuse_arguments();
    }
    if (lock_.value > 0) {
      take(Clause::kAcquireFree);
      if (asks_for_what_no_clock_has() && binds_nobody(request_.refusal)) {
        end(request_.refusal, Reply::kAnyRaised).optional = true;
      }
      if (request_.wait == Wait::kTimed && moment_.adrift && moment_.deadline != Deadline::kAhead) {
        end(request_.refusal, Reply::kFalse).optional = true;
      }
    } else {
      wait();
    }
    hear_signal();
  }

  void release(Phase phase) {
    if (request_.fault == Fault::kFirst) {
      return refuse_arguments();
    }
    if (request_.kind == LockKind::kRLock) {
      return release_rlock();
    }
    if (phase == Phase::kChecked) {
      put(Clause::kReleaseHeld);
      return;
    }
    if (lock_.value > 0) {
      end(Clause::kReleaseUnlocked, Reply::kReleasedTooOften);
      return;
    }
    put(release_clause());
    if (options_.policies.has(Policy::kTwoStepRelease)) {
      Transition& looked = add(Clause::kReleaseHeld);
      looked.progress.phase = Phase::kChecked;
      looked.optional = true;
    }
  }

  void with(Phase phase) {
    if (phase == Phase::kStart) {
      return acquire();
    }
    release(phase == Phase::kChecked ? Phase::kChecked : Phase::kStart);
    const bool signal = moment_.signalled || moment_.signal_may_come;
    if (signal && options_.policies.has(Policy::kSignalLeaksWith)) {
      end(Clause::kSignalRaises, Reply::kSignalRaised).optional = true;
    }
    if (signal) {
      Transition& heard = end(Clause::kSignalRaises, Reply::kSignalRaised);
      heard.state = transitions_[0].state;
      heard.optional = true;
    }
  }

  void locked() {
    if (!options_.has_locked) {
      end(Clause::kLockedAbsent, Reply::kNoLocked);
      if (!binds_nobody(Clause::kLockedAbsent)) {
        return;
      }
    }
    end(Clause::kLockedValue, lock_.value == 0 ? Reply::kTrue : Reply::kFalse);
  }

  void repr() {
    const bool any = binds_nobody(Clause::kReprOwner);
    const Reply owner =
        any ? Reply::kAnyReturned : foretell_repr(world_, lock_, request_.kind, actor_, options_.policies);
    Transition& transition = end(Clause::kReprOwner, owner);
    transition.progress.depth = depth(world_, lock_, actor_);
  }

 private:
  bool mine() const { return request_.kind == LockKind::kRLock && depth(world_, lock_, actor_) > 0; }

  // The documentation is silent on such a timeout.
  bool asks_for_what_no_clock_has() const {
    return request_.wait == Wait::kNan || request_.refusal == Clause::kAcquireTimeoutInfinite;
  }

  // It waits instead.
  bool wraps() const {
    return (request_.wait == Wait::kNan || request_.timeout_huge) && options_.policies.has(Policy::kTimeoutWraps);
  }

  bool binds_nobody(Clause clause) const { return level(clause) > options_.level; }

  Transition& add(Clause clause) {
    Transition& transition = transitions_.add();
    transition.state = state_;
    transition.progress = Progress{Phase::kStart, Reply::kOpen, 0};
    transition.clause = clause;
    transition.optional = false;
    return transition;
  }

  Transition& end(Clause clause, Reply reply) {
    Transition& transition = add(clause);
    transition.progress.phase = Phase::kDone;
    transition.progress.reply = reply;
    return transition;
  }

  LockState& lock_of(Transition& transition) { return transition.state.locks[static_cast<std::size_t>(request_.lock)]; }

  // The lock becomes the actor's, or once more its own.
  Transition& take(Clause clause) {
    Transition& transition = end(clause, Reply::kTrue);
    if (request_.method == Method::kWith) {
      transition.progress = Progress{Phase::kBody, Reply::kOpen, 0};
    }
    LockState& lock = lock_of(transition);
    if (!mine()) {
      --lock.value;
      lock.holder = static_cast<std::int8_t>(actor_);
    }
    if (request_.kind == LockKind::kRLock) {
      ++lock.count[process_];
      lock.owner[process_] = static_cast<std::int8_t>(actor_);
    }
    return transition;
  }

  // The lock is free again, whoever held it.
  void put(Clause clause) {
    Transition& transition = end(clause, released());
    LockState& lock = lock_of(transition);
    lock.crossed = lock.crossed != 0 || lock.value > 0 || clause == Clause::kReleaseAnyProcess;
    ++lock.value;
    lock.holder = -1;
  }

  void release_rlock() {
    if (!mine()) {
      end(lock_.value > 0 ? Clause::kReleaseUnlocked : Clause::kReleaseNotOwner, Reply::kNotOwner);
      return;
    }
    if (lock_.count[process_] == 1) {
      put(Clause::kReleaseOwner);
    } else {
      end(Clause::kReleaseNested, released());
    }
    LockState& lock = lock_of(transitions_.back());
    if (--lock.count[process_] == 0) {
      lock.owner[process_] = -1;
    }
  }

  Reply released() const {
    return request_.method == Method::kWith && request_.body_raises ? Reply::kBodyRaised : Reply::kNone;
  }

  Clause release_clause() const {
    switch (relation(world_, lock_, request_.kind, actor_)) {
      case Relation::kOtherThread:
        return Clause::kReleaseAnyThread;
      case Relation::kOtherProcess:
        return Clause::kReleaseAnyProcess;
      default:
        return Clause::kReleaseHeld;
    }
  }

  // The lock is held by another.
  void wait() {
    switch (request_.wait) {
      case Wait::kPoll:
        end(request_.refusal, Reply::kFalse).optional = wraps();
        return;
      case Wait::kTimed:
        if (moment_.deadline != Deadline::kAhead) {
          end(request_.refusal, Reply::kFalse).optional = moment_.deadline == Deadline::kTied;
        }
        return;
      case Wait::kNan:
        end(request_.refusal, Reply::kNanRefused);
        transitions_.back().optional = wraps();
        break;
      case Wait::kForever:
        break;
    }
    if (asks_for_what_no_clock_has() && binds_nobody(request_.refusal)) {
      refuse_somehow(request_.refusal);
    }
    const bool overflows = request_.wait == Wait::kNan || request_.timeout_huge;
    if (overflows && options_.policies.has(Policy::kTimeoutOverflow)) {
      end(request_.refusal, Reply::kInvalidArgument).optional = true;
      end(request_.refusal, Reply::kFalse).optional = true;
      may_wait();
    }
  }

  // An argument error, or what else the call may do with such arguments where no clause binds it.
  void refuse_arguments() {
    end(request_.fault_clause, Reply::kFault);
    if (!binds_nobody(request_.fault_clause)) {
      return;
    }
    if (mine() || lock_.value > 0) {
      take(request_.fault_clause);
      end(request_.fault_clause, Reply::kAnyRaised);
    } else {
      refuse_somehow(request_.fault_clause);
    }
  }

  void refuse_somehow(Clause clause) {
    end(clause, Reply::kAnyRaised);
    end(clause, Reply::kFalse);
    may_wait();
  }

  void may_wait() {
    for (Transition& transition : transitions_) {
      transition.optional = true;
    }
  }

  // PEP 475: a handler that returns is not noticed; one that raises ends the wait.
  void hear_signal() {
    if (moment_.signalled || moment_.signal_may_come) {
      end(Clause::kSignalRaises, Reply::kSignalRaised).optional = !moment_.signalled;
    }
  }

  const World& world_;
  const State& state_;
  const int actor_;
  const Request& request_;
  const Moment moment_;
  const Options& options_;
  Transitions& transitions_;
  const std::size_t process_;
  const LockState& lock_;
};

}  // namespace

void step(const World& world, const State& state, int actor, const Request& request, Progress progress, Moment moment,
          const Options& options, Transitions& transitions) {
  LOCKSTEP_CHECK(progress.phase != Phase::kIdle);
  LOCKSTEP_CHECK(progress.phase != Phase::kDone);
  transitions.clear();
  Stepper stepper(world, state, actor, request, moment, options, transitions);
  switch (request.method) {
    case Method::kAcquire:
      return stepper.acquire();
    case Method::kRelease:
      return stepper.release(progress.phase);
    case Method::kWith:
      return stepper.with(progress.phase);
    case Method::kLocked:
      return stepper.locked();
    case Method::kRepr:
      return stepper.repr();
  }
}

}  // namespace lockstep::spec
