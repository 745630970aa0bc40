#pragma once

#include "impl/platform/sim/sim_cell.h"

namespace lockstep::explore {

// What a lock protects, watched: a plain counter that its holders change, and who they are. Two holders at once, or two
// between whom nothing orders the memory, end the run. A Lock that somebody releases without holding it protects
// nothing any more: from then on it is not watched until the next run.
class Section {
 public:
  Section(impl::sim::World& world, bool recursive) : world_(world), recursive_(recursive), changes_(world) {}

  void renew() {
    holder_ = kNobody;
    watched_ = true;
  }

  void enter(int actor) {
    if (!watched_ || (recursive_ && holder_ == actor && ++depth_ > 1)) {
      return;
    }
    world_.check(holder_ == kNobody, "mutual exclusion is broken: two hold the lock");
    holder_ = actor;
    depth_ = 1;
    changes_.write(changes_.read() + 1);
  }

  // Before the release that will take place.
  void leave(int actor) {
    if (holder_ != actor) {
      watched_ = watched_ && recursive_;  // An RLock refuses.
    } else if (watched_ && --depth_ == 0) {
      changes_.write(changes_.read() + 1);
      holder_ = kNobody;
    }
  }

 private:
  static constexpr int kNobody = -1;

  impl::sim::World& world_;
  bool recursive_;
  impl::sim::SimCell<int> changes_;
  int holder_ = kNobody;
  int depth_ = 0;
  bool watched_ = true;
};

}  // namespace lockstep::explore
