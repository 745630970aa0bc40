#include <utility>

#include "harness/explore/simulation.h"

// What simulated threads do.
namespace lockstep::explore {

using trace::EventKind;

void Simulation::act(Actor& actor) {
  for (;;) {
    bool decided = true;  // The decision to begin the first call has just been made.
    while (actor.next < actor.end) {
      const std::size_t step = actor.next;
      if (!is_call_of(step, actor)) {
        ++actor.next;
        continue;
      }
      if (!std::exchange(decided, false)) {
        world_.begin_step();  // which a killed actor does not come back from: the step is not begun then
      }
      actor.next = step + 1;
      actor.step = step;
      actor.blocked = false;
      world_.fence();
      record(EventKind::kInvoked, step, actor.number);
      const Answer answer = call(actor, calls_[step]);
      actor.blocked = false;
      record(EventKind::kReturned, step, actor.number, answer);
      world_.fence();
    }
    world_.rest();
  }
}

void Simulation::falls_asleep(int thread) {
  Actor& actor = actors_[static_cast<std::size_t>(thread)];
  if (!std::exchange(actor.blocked, true)) {
    record(EventKind::kBlocked, actor.step, actor.number);
  }
}

Answer Simulation::call(const Actor& actor, const SimulatedCall& call) {
  switch (call.method) {
    case model::Method::kAcquire:
      return acquire(actor, call);
    case model::Method::kRelease:
      return release(actor, call);
    case model::Method::kLocked:
      return locks_[static_cast<std::size_t>(call.lock)].lock->is_free(actor.process) ? Answer::kFalse : Answer::kTrue;
    case model::Method::kWith:
      if (const Answer answer = acquire(actor, call); answer != Answer::kTrue) {
        return answer;
      }
      if (const Answer answer = release(actor, call); answer != Answer::kNone) {
        return answer;
      }
      return call.body_raises ? Answer::kBodyRaised : Answer::kNone;
    case model::Method::kRepr:
      break;
  }
  return Answer::kNone;
}

Answer Simulation::acquire(const Actor& actor, const SimulatedCall& call) {
  Lock& lock = locks_[static_cast<std::size_t>(call.lock)];
  const Answer answer = lock.lock->acquire(actor.process, call);
  if (answer == Answer::kTrue) {
    lock.section->enter(actor.number);
  }
  return answer;
}

Answer Simulation::release(const Actor& actor, const SimulatedCall& call) {
  Lock& lock = locks_[static_cast<std::size_t>(call.lock)];
  lock.section->leave(actor.number);
  return lock.lock->release(actor.process);
}

}  // namespace lockstep::explore
