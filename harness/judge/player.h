#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "harness/model/script.h"
#include "harness/spec/request.h"
#include "harness/spec/state.h"
#include "harness/trace/trace.h"

namespace lockstep::judge {

// What is wrong with the lock that the player plays.
enum class Flaw : std::uint8_t {
  kNone,
  kCPython,         // CPython's ways, where they differ from the documentation
  kLosesWakeUp,     // a release with two waiters wakes nobody
  kExpiresEarly,    // 1 us before the deadline
  kExpiresLate,     // 1 us after it
  kExpiresTrue,     // an expired acquire returns True
  kNegativeBlocks,  // a negative timeout blocks
  kReleasesFreely,  // releasing a free lock succeeds
  kNotRecursive,    // an RLock's owner blocks
  kLosesDepth,      // an RLock's first release frees it
  kProcessOwns,     // an RLock belongs to a process
  kWithKeeps,       // `with` does not release
  kSignalTakes,     // a handler that raises leaves the lock acquired
  kWrongError,      // release raises RuntimeError
};

// Picks one of so many ways to go on, two or more, from what has been played so far.
using Pick = std::function<std::uint32_t(std::uint32_t ways, const trace::Trace& so_far)>;

// For tests: plays a script in virtual time on a lock modelled after CPython's algorithm (a semaphore, and a count and
// last thread id for each process), which shares nothing with the specification. What is left open (which waiter wakes,
// how racing calls interleave, who wins a tie) is picked, at random if only a seed is given.
class Player {
 public:
  Player(const model::Script& script, Flaw flaw, const spec::Options& options, Pick pick);
  Player(const model::Script& script, Flaw flaw, const spec::Options& options, std::uint64_t seed);

  [[nodiscard]] trace::Trace play();

 private:
  enum class Stage : std::uint8_t { kWaiting, kChecked, kInside, kReturning };
  struct Open {
    int step = -1;
    int actor = -1;
    spec::Request request;
    std::int64_t deadline_ns = -1;
    Stage stage = Stage::kWaiting;
    bool reported = false;
    model::Outcome outcome;
  };
  struct Note {
    int count = 0;
    int thread = -1;
  };

  void take(int index, const model::Step& step);
  [[nodiscard]] int race(int index);
  void call(const std::vector<int>& steps);
  void lifecycle(const model::Step& step);
  model::Outcome signal(const model::Step& step);
  void pause(std::int64_t until_ns);
  void run(std::vector<int> to_invoke);
  void report_blocked();
  void invoke(int step);
  bool can_move(const Open& open) const;
  void move(Open& open);
  void try_acquire(Open& open);
  void try_release(Open& open);
  void finish(Open& open, model::OutcomeKind kind, const char* text = "");
  void fault(Open& open);
  [[nodiscard]] std::string repr(const Open& open);
  bool is_due(const Open& open) const;
  void expire(Open& open);
  bool expire_due(bool all);
  bool busy(int actor) const;
  bool chance() { return pick_(2, trace_) == 1; }
  void add(trace::EventKind kind, int step, int actor, const model::Outcome& outcome = {});
  Note& note(int actor, int lock) {
    return notes_[static_cast<std::size_t>(world_.process_of(actor))][static_cast<std::size_t>(lock)];
  }
  const Note& note(int actor, int lock) const { return const_cast<Player*>(this)->note(actor, lock); }
  int& value(int lock) { return values_[static_cast<std::size_t>(lock)]; }
  int value(int lock) const { return values_[static_cast<std::size_t>(lock)]; }
  bool mine(const Open& open) const;

  const model::Script& script_;
  const Flaw flaw_;
  const spec::Options options_;
  const Pick pick_;
  spec::World world_;
  std::array<int, spec::kActorsMax> threads_{};
  int next_thread_ = 0;
  std::array<bool, spec::kActorsMax> lived_{};
  std::array<int, spec::kLocksMax> values_{};
  std::array<std::array<Note, spec::kLocksMax>, spec::kProcessesMax> notes_{};
  std::vector<Open> open_;
  std::int64_t now_ns_ = 0;
  trace::Trace trace_;
};

}  // namespace lockstep::judge
