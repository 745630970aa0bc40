#include "harness/script/sketch.h"

#include <bit>

namespace lockstep::script {
namespace {

Sketch::Actors one(int actor) { return 1U << static_cast<unsigned>(actor); }

}  // namespace

void Sketch::add_actor(int process) {
  members_[static_cast<std::size_t>(process)] |= one(actor_count_);
  alive_ |= one(actor_count_++);
}

bool Sketch::would_block(int actor, int lock) const {
  const Lock& wanted = at(lock);
  return wanted.holder >= 0 && (wanted.kind == model::LockKind::kLock || wanted.holder != actor);
}

void Sketch::acquire(int actor, int lock, std::int64_t timeout, bool with) {
  Lock& wanted = at(lock);
  if (!would_block(actor, lock)) {
    if (!with) {
      wanted.holder = actor;
      ++wanted.depth;
    }
  } else if (timeout != 0) {
    const std::int64_t deadline = timeout == kForever ? kForever : now_ + timeout;
    waits_[static_cast<std::size_t>(actor)] = {lock, deadline, turns_++, with};
    wanted.waiters |= one(actor);
    waiting_ |= one(actor);
  }
}

void Sketch::release(int actor, int lock) {
  Lock& held = at(lock);
  const bool allowed = held.kind == model::LockKind::kLock ? held.holder >= 0 : held.holder == actor;
  if (allowed && --held.depth == 0) {
    held.holder = -1;
    hand_over(lock);
  }
}

void Sketch::stop_waiting(int actor) {
  if ((waiting_ & one(actor)) != 0) {
    at(waits_[static_cast<std::size_t>(actor)].lock).waiters &= ~one(actor);
    waiting_ &= ~one(actor);
  }
}

void Sketch::hand_over(int lock) {
  Lock& free = at(lock);
  while (free.holder < 0 && (free.waiters & ~stopped_) != 0) {
    int first = -1;
    for (Actors left = free.waiters & ~stopped_; left != 0; left &= left - 1) {
      const int actor = std::countr_zero(left);
      const bool earlier =
          first < 0 || waits_[static_cast<std::size_t>(actor)].turn < waits_[static_cast<std::size_t>(first)].turn;
      first = earlier ? actor : first;
    }
    stop_waiting(first);
    if (!waits_[static_cast<std::size_t>(first)].with) {
      free.holder = first;
      free.depth = 1;
    }
  }
}

void Sketch::pass(std::int64_t nanoseconds) {
  now_ += nanoseconds;
  for (Actors left = waiting_ & ~stopped_; left != 0; left &= left - 1) {
    const int actor = std::countr_zero(left);
    const std::int64_t deadline = waits_[static_cast<std::size_t>(actor)].deadline;
    if (deadline != kForever && deadline <= now_) {
      stop_waiting(actor);
    }
  }
}

void Sketch::end(Actors actors) {
  for (Actors left = actors; left != 0; left &= left - 1) {
    stop_waiting(std::countr_zero(left));
  }
  alive_ &= ~actors;
}

void Sketch::set_stopped(Actors actors, bool stopped) {
  stopped_ = stopped ? stopped_ | actors : stopped_ & ~actors;
  for (int lock = 0; lock < lock_count_; ++lock) {
    hand_over(lock);
  }
  pass(0);
}

std::int64_t Sketch::next_deadline() const {
  std::int64_t earliest = kForever;
  for (Actors left = waiting_ & ~stopped_; left != 0; left &= left - 1) {
    const std::int64_t deadline = waits_[static_cast<std::size_t>(std::countr_zero(left))].deadline;
    if (deadline != kForever && (earliest == kForever || deadline - now_ < earliest)) {
      earliest = deadline - now_;
    }
  }
  return earliest;
}

}  // namespace lockstep::script
