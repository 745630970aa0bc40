#include <algorithm>

#include "impl/platform/deadline.h"
#include "impl/platform/sim/world.h"

// Runs that a Director directs.
namespace lockstep::impl::sim {

void World::set_director(Director& director) {
  // It has a process of its own, the last.
  int process = 0;
  for (int thread = 0; thread < program_count_; ++thread) {
    process = std::max(process, at(thread).process + 1);
  }
  director_thread_ = add(
      process,
      [](void* object) {
        World& world = *static_cast<World*>(object);
        world.director_->direct();
        world.end(Ending::kFinished, "");
      },
      this);
  director_ = &director;
}

void World::clear() {
  program_count_ = 0;
  director_ = nullptr;
  director_thread_ = kNobody;
}

void World::rest() {
  fresh_ = false;
  at(running_).state = State::kResting;
  ready_ &= ~bit(running_);
  schedule(false);
  fresh_ = true;
}

void World::let_run(Pace pace) {
  pace_ = pace;
  in_turn_ = pace == Pace::kInTurn;
  count_extras();
  schedule(false);
  pace_ = Pace::kInTurn;
  in_turn_ = true;
  if (ready_ != 0) {
    return;
  }
  for (int thread = 0; thread < threads_count_; ++thread) {
    if (thread != running_ && (ran_ & bit(thread)) != 0) {
      view().join(at(thread).view);
      ++at(thread).view.clocks[static_cast<std::size_t>(thread)];
    }
  }
  ran_ = 0;
}

void World::resume(int thread) {
  Thread& resumed = at(thread);
  resumed.state = State::kReady;
  resumed.view.join(view());
  tick();
  ready_ |= bit(thread);
}

bool World::pass_time(std::int64_t until_ns) {
  int first = kNobody;
  std::int64_t first_ns = kNoDeadline;
  for (int i = 0; i < asleep_count_; ++i) {
    const int thread = asleep_[static_cast<std::size_t>(i)];
    if (at(thread).deadline_ns < first_ns) {
      first = thread;
      first_ns = at(thread).deadline_ns;
    }
  }
  if (first == kNobody || first_ns > until_ns) {
    now_ns_ = std::max(now_ns_, until_ns);
    return false;
  }
  now_ns_ = std::max(now_ns_, first_ns);
  rouse(first, Wake::kTimedOut);
  return true;
}

}  // namespace lockstep::impl::sim
