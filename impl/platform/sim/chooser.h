#pragma once

#include <cstdint>
#include <span>

namespace lockstep::impl::sim {

// One way for a run to go on from a scheduling point.
struct Option {
  enum class What : std::uint8_t {
    kRun,        // The thread goes on.
    kExpire,     // The thread's timed wait expires: time jumps to its deadline. It runs.
    kSpurious,   // The thread returns from its wait though nobody woke it. It runs.
    kInterrupt,  // A signal interrupts the thread's wait. It runs.
    kKill,       // The process of this number dies.
    kClockStep,  // Time passes.
  };

  What what = What::kRun;
  std::uint8_t subject = 0;  // A thread; for kKill a process; for kClockStep nothing.
};

// A question that the program leaves open. Options are in such an order that answering 0 throughout is the plainest
// run: a thread runs until it blocks, the others follow in turn, waiters wake first in first out, nothing dies, time
// stands still while anyone can run, and all threads see the newest store.
struct Decision {
  enum class Kind : std::uint8_t {
    kNext,   // What happens next: see `options`.
    kWake,   // Which sleeper of a word wakes; 0 sleeps longest.
    kRead,   // Which store a load reads; 0 is the newest, the others ever older.
    kPlace,  // Where a store goes in the order of its word's stores; 0 is last, the others ever earlier.
  };

  Kind kind = Kind::kNext;
  bool goes_on = false;  // Option 0 is that the running thread goes on; so all others are preemptions.
  std::uint32_t count = 1;
  std::span<const Option> options;  // kNext only.

  [[nodiscard]] bool is_preemption(std::uint32_t choice) const { return goes_on && choice != 0; }
};

// Answers every question of a run. A run is a function of the program and the answers.
class Chooser {
 public:
  Chooser() = default;
  virtual ~Chooser() = default;
  Chooser(const Chooser&) = delete;
  Chooser& operator=(const Chooser&) = delete;

  // Below decision.count, which is at least 2: what has one answer is not asked.
  [[nodiscard]] virtual std::uint32_t choose(const Decision& decision) = 0;
};

}  // namespace lockstep::impl::sim
