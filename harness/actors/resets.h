#pragma once

#include "harness/cell/layout.h"

namespace lockstep::actors {

// Which locks this process has to make like new before it uses them: what processes share of a lock once a script, by
// whoever comes first, what a process believes of it once a process and script.
class Resets {
 public:
  struct Due {
    bool shared = false;
    bool own = false;
  };

  // What is due before the lock is used. It counts as done.
  [[nodiscard]] Due take(cell::Cell& cell, std::uint32_t lock) {
    lock %= cell::kLocksMax;
    const Due due = {cell.slot_epoch[lock] != cell.epoch, own_epoch_[lock] != cell.epoch};
    cell.slot_epoch[lock] = own_epoch_[lock] = cell.epoch;
    return due;
  }

  // This process was started in the middle of a script: what it believes of the locks is part of that script.
  void join_running_script(const cell::Cell& cell) {
    for (std::uint32_t& epoch : own_epoch_) {
      epoch = cell.epoch;
    }
  }

 private:
  std::uint32_t own_epoch_[cell::kLocksMax] = {};
};

}  // namespace lockstep::actors
