#include "harness/spec/state.h"

#include "harness/base/check.h"

namespace lockstep::spec {

World::World(const model::Script& script) : actors_(static_cast<int>(script.actors.size())) {
  LOCKSTEP_CHECK(script.actors.size() <= static_cast<std::size_t>(kActorsMax));
  LOCKSTEP_CHECK(script.locks.size() <= static_cast<std::size_t>(kLocksMax));
  LOCKSTEP_CHECK(script.processes.size() <= static_cast<std::size_t>(kProcessesMax));
  forked_from_.fill(-1);
  for (std::size_t actor = 0; actor < script.actors.size(); ++actor) {
    process_of_[actor] = script.actors[actor].process;
    alive_[actor] = !script.actors[actor].started_by_step;
  }
}

bool World::forked_below(int actor, int other) const {
  const int ancestor = process_of(other);
  for (int process = process_of(actor); process >= 0; process = forked_from_[index(process)]) {
    if (process == ancestor) {
      return true;
    }
  }
  return false;
}

void World::start(int actor) { alive_[index(actor)] = true; }

void World::fork(int parent, int child) {
  forked_from_[index(process_of(child))] = process_of(parent);
  alive_[index(child)] = true;
}

void World::exit(int actor, bool main_thread) {
  if (main_thread) {
    kill(process_of(actor));
  } else {
    alive_[index(actor)] = false;
  }
}

void World::kill(int process) {
  for (int actor = 0; actor < actors_; ++actor) {
    if (process_of(actor) == process) {
      alive_[index(actor)] = false;
    }
  }
  set_stopped(process, false);
}

Relation relation(const World& world, const LockState& lock, model::LockKind kind, int actor) {
  if (kind == model::LockKind::kRLock && depth(world, lock, actor) > 0) {
    return Relation::kOwn;
  }
  if (lock.value > 0) {
    return Relation::kFree;
  }
  if (lock.holder == actor) {
    return kind == model::LockKind::kLock ? Relation::kOwn : Relation::kOtherProcess;
  }
  const bool same = lock.holder >= 0 && world.process_of(lock.holder) == world.process_of(actor);
  return same ? Relation::kOtherThread : Relation::kOtherProcess;
}

std::uint16_t depth(const World& world, const LockState& lock, int actor) {
  const auto process = static_cast<std::size_t>(world.process_of(actor));
  return lock.owner[process] == actor ? lock.count[process] : std::uint16_t{0};
}

void inherit(const World& world, State& state, int parent, int child) {
  const auto from = static_cast<std::size_t>(world.process_of(parent));
  const auto to = static_cast<std::size_t>(world.process_of(child));
  for (LockState& lock : state.locks) {
    lock.count[to] = lock.count[from];
    lock.owner[to] = static_cast<std::int8_t>(lock.owner[from] == parent ? child : -1);
  }
}

void take_over(const World& world, State& state, int dead, int thread) {
  const auto process = static_cast<std::size_t>(world.process_of(thread));
  for (LockState& lock : state.locks) {
    if (lock.owner[process] == dead && lock.count[process] > 0) {
      lock.owner[process] = static_cast<std::int8_t>(thread);
    }
  }
}

void cross_by_fork(State& state) {
  for (LockState& lock : state.locks) {
    lock.crossed = lock.crossed != 0 || lock.value == 0;
  }
}

}  // namespace lockstep::spec
