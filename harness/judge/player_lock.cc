#include <string>

#include "harness/judge/player.h"

namespace lockstep::judge {

using model::LockKind;
using model::Method;
using model::OutcomeKind;

bool Player::mine(const Open& open) const {
  const Note& own = note(open.actor, open.request.lock);
  const bool same = flaw_ == Flaw::kProcessOwns || own.thread == threads_[static_cast<std::size_t>(open.actor)];
  return own.count > 0 && same && flaw_ != Flaw::kNotRecursive;
}

// Whether a call that has begun can go on: everything can but a wait for a held lock.
bool Player::can_move(const Open& open) const {
  const spec::Request& asked = open.request;
  const bool waits = asked.method == Method::kAcquire || asked.method == Method::kWith;
  if (!waits || open.stage != Stage::kWaiting || asked.fault == spec::Fault::kFirst) {
    return true;
  }
  if ((asked.kind == LockKind::kRLock && mine(open)) || asked.fault != spec::Fault::kNone) {
    return true;
  }
  if (value(asked.lock) > 0) {
    int waiters = 0;
    for (const Open& other : open_) {
      waiters += other.request.lock == asked.lock && other.stage == Stage::kWaiting ? 1 : 0;
    }
    return flaw_ != Flaw::kLosesWakeUp || waiters < 2;
  }
  const bool negative = asked.refusal == spec::Clause::kAcquireTimeoutNegative;
  const bool overflows = asked.timeout_huge && flaw_ == Flaw::kCPython;
  return (asked.wait == spec::Wait::kPoll && !(negative && flaw_ == Flaw::kNegativeBlocks)) ||
         asked.wait == spec::Wait::kNan || overflows;
}

// Whether its time is over and it has not noticed yet.
bool Player::is_due(const Open& open) const {
  return open.deadline_ns >= 0 && open.deadline_ns <= now_ns_ && open.stage == Stage::kWaiting &&
         !world_.stopped(open.actor);
}

void Player::move(Open& open) {
  switch (open.request.method) {
    case Method::kAcquire:
      return try_acquire(open);
    case Method::kRelease:
      return try_release(open);
    case Method::kWith:
      return open.stage == Stage::kWaiting ? try_acquire(open) : try_release(open);
    case Method::kLocked:
      if (options_.has_locked) {
        return finish(open, value(open.request.lock) <= 0 ? OutcomeKind::kTrue : OutcomeKind::kFalse);
      }
      return finish(open, OutcomeKind::kRaised,
                    open.request.kind == LockKind::kLock
                        ? "AttributeError(\"'Lock' object has no attribute 'locked'\")"
                        : "AttributeError(\"'RLock' object has no attribute 'locked'\")");
    case Method::kRepr:
      return finish(open, OutcomeKind::kValue, repr(open).c_str());
  }
}

void Player::try_acquire(Open& open) {
  const spec::Request& asked = open.request;
  if (asked.fault == spec::Fault::kFirst) {
    return fault(open);
  }
  Note& own = note(open.actor, asked.lock);
  if (asked.kind == LockKind::kRLock && mine(open)) {
    ++own.count;
  } else if (asked.fault != spec::Fault::kNone) {
    return fault(open);
  } else if (value(asked.lock) > 0) {
    --value(asked.lock);
    ++own.count;
    own.thread = threads_[static_cast<std::size_t>(open.actor)];
  } else if (asked.wait == spec::Wait::kPoll) {
    return finish(open, OutcomeKind::kFalse);
  } else if (flaw_ == Flaw::kCPython) {
    return finish(open, OutcomeKind::kRaised, "OSError(22, 'Invalid argument')");
  } else {
    return finish(open, OutcomeKind::kRaised, "ValueError(\"timeout must not be NaN\")");
  }
  if (asked.method == Method::kWith) {
    open.stage = Stage::kInside;
  } else {
    finish(open, OutcomeKind::kTrue);
  }
}

void Player::try_release(Open& open) {
  const spec::Request& asked = open.request;
  if (asked.fault != spec::Fault::kNone) {
    return fault(open);
  }
  Note& own = note(open.actor, asked.lock);
  const bool rlock = asked.kind == LockKind::kRLock;
  const bool too_often = !rlock && open.stage != Stage::kChecked && value(asked.lock) >= 1;
  const bool with = asked.method == Method::kWith;
  if (with && flaw_ == Flaw::kWithKeeps) {
    return finish(open, OutcomeKind::kNone);
  }
  if ((too_often || (rlock && !mine(open))) && flaw_ != Flaw::kReleasesFreely) {
    if (flaw_ == Flaw::kWrongError) {
      return finish(open, OutcomeKind::kRaised, "RuntimeError(\"cannot release\")");
    }
    return finish(open, OutcomeKind::kRaised,
                  rlock ? "AssertionError(\"attempt to release recursive lock not owned by thread\")"
                        : "ValueError(\"semaphore or lock released too many times\")");
  }
  if (flaw_ == Flaw::kCPython && !rlock && open.stage != Stage::kChecked) {
    open.stage = Stage::kChecked;
    return;
  }
  if (flaw_ == Flaw::kLosesDepth) {
    own.count = 1;
  }
  const bool frees = !rlock || own.count <= 1;
  own.count -= own.count > 0 || flaw_ != Flaw::kReleasesFreely ? 1 : 0;
  value(asked.lock) += frees && !(too_often && flaw_ == Flaw::kReleasesFreely) ? 1 : 0;
  finish(open, with && asked.body_raises ? OutcomeKind::kRaised : OutcomeKind::kNone,
         with && asked.body_raises ? "RuntimeError(\"body\")" : "");
}

void Player::finish(Open& open, OutcomeKind kind, const char* text) {
  open.stage = Stage::kReturning;
  open.outcome = {kind, text};
}

void Player::fault(Open& open) {
  const std::string message = open.request.fault_message;
  finish(open, OutcomeKind::kRaised, (std::string(open.request.fault_type) + "(\"" + message + "\")").c_str());
}

// As Lib/multiprocessing/synchronize.py writes it; the reference looks at the semaphore first.
std::string Player::repr(const Open& open) {
  const bool lock = open.request.kind == LockKind::kLock;
  const Note& own = note(open.actor, open.request.lock);
  const bool free = value(open.request.lock) == 1;
  const bool is_mine = own.count > 0 && own.thread == threads_[static_cast<std::size_t>(open.actor)];
  std::string owner = lock ? "SomeOtherProcess" : "SomeOtherProcess, nonzero";
  if (is_mine && (flaw_ == Flaw::kCPython || !free)) {
    owner = lock ? "MainProcess|T1" : "MainProcess|T1, " + std::to_string(own.count);
  } else if (free) {
    owner = lock ? "None" : "None, 0";
  } else if (own.count > 0) {
    owner = lock ? "SomeOtherThread" : "SomeOtherThread, nonzero";
  }
  return (lock ? "<Lock(owner=" : "<RLock(") + owner + ")>";
}

}  // namespace lockstep::judge
