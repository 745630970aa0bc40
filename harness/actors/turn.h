#pragma once

#include "harness/cell/layout.h"

namespace lockstep::actors {

// A thread's part in the passing of the baton: what an actor does in any language. Between take() and finish() it is
// this thread's turn.
class Turn {
 public:
  // The calling thread is `party` from now on. `started_by_step` tells that a script's step started its process.
  Turn(cell::Cell& cell, int party, bool started_by_step);

  [[nodiscard]] cell::Party& party() { return cell_->parties[me_]; }

  // It is this party's turn once more: there is nothing to wait for.
  [[nodiscard]] bool is_mine() const { return to_ == me_; }

  // Hands the baton on, if it is here, and waits until it comes back.
  // REQUIRES: this thread does not hold its interpreter's lock, unless is_mine().
  void take();

  // The party's command is done; what it came to stands in the party. Decides who is next.
  void finish();

  // The coordinator is told, and waits until this thread or process is really gone.
  void leave();

  // The party that a command was to start lives.
  void started(int party, int pid);

 private:
  cell::Cell* cell_;
  int me_;
  int to_ = kNobody;  // whose turn is next, if this thread has the baton

  static constexpr int kNobody = -1;
};

// Tells the coordinator that this process can't go on.
void fail(cell::Cell& cell, const char* reason);

// The shim's function that tells it which party a thread is; nullptr if there is no shim in this process.
using AttachToShim = void (*)(cell::Cell*, int);
[[nodiscard]] AttachToShim find_shim();

}  // namespace lockstep::actors
