#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "harness/base/check.h"
#include "harness/spec/clause.h"
#include "harness/spec/options.h"
#include "harness/spec/reply.h"
#include "harness/spec/request.h"
#include "harness/spec/state.h"

namespace lockstep::spec {

// The deadline of a timed call, as seen from now.
enum class Deadline : std::uint8_t {
  kAhead,   // it must not expire yet
  kTied,    // it may expire
  kPassed,  // it must not wait any longer
};

// What a call sees of the world outside the locks.
struct Moment {
  Deadline deadline = Deadline::kAhead;
  bool adrift = false;           // its wait may have ended while one that was woken had not run yet: see step()
  bool signalled = false;        // a handler raises in its thread and must be heard
  bool signal_may_come = false;  // the same, but it may not have arrived yet
};

// One atomic effect of a call. Unless it is optional, the call can't be left waiting where it was.
struct Transition {
  State state;
  Progress progress;
  Clause clause = Clause::kAcquireFree;
  bool optional = false;
};

class Transitions {
 public:
  void clear() { size_ = 0; }
  Transition& add() {
    LOCKSTEP_CHECK(size_ < kMax);
    return items_[size_++];
  }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Transition& back() { return items_[size_ - 1]; }
  [[nodiscard]] const Transition& operator[](std::size_t i) const { return items_[i]; }
  [[nodiscard]] Transition* begin() { return items_.data(); }
  [[nodiscard]] Transition* end() { return items_.data() + size_; }
  [[nodiscard]] const Transition* begin() const { return items_.data(); }
  [[nodiscard]] const Transition* end() const { return items_.data() + size_; }

 private:
  static constexpr std::size_t kMax = 8;
  std::array<Transition, kMax> items_;
  std::size_t size_ = 0;
};

// The specification: every effect that the actor's call may have next, from where it stands. A call that has none
// blocks. Pure: it depends on its arguments alone, and each transition follows one clause.
//
// Sources: the documentation of multiprocessing.Lock and RLock; where that is silent, CPython's semaphore.c, under
// clauses of Level::kObserved; Policy where implementations are known to differ.
//
// A timed call that finds the lock free takes it, however late. But where others run at the same time, a release may
// have woken another waiter, which has not taken the lock yet when this one's deadline passes: every lock that lets
// newcomers in first does that, POSIX semaphores too. Such a call (Moment::adrift) may return False besides.
//
// REQUIRES: progress is neither kIdle nor kDone.
void step(const World& world, const State& state, int actor, const Request& request, Progress progress, Moment moment,
          const Options& options, Transitions& transitions);

// Whether the call can't stay as it is: one of its transitions is not optional.
[[nodiscard]] inline bool must_move(const Transitions& transitions) {
  return std::any_of(transitions.begin(), transitions.end(), [](const Transition& t) { return !t.optional; });
}

}  // namespace lockstep::spec
