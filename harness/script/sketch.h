#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "harness/model/script.h"
#include "harness/script/spelling.h"

namespace lockstep::script {

// A rough model of a script's world, to steer the generator: who holds which lock, who waits for what, until when.
// Waiters are served in the order of their arrival. It is no specification: being wrong costs a dull script, no
// verdict.
class Sketch {
 public:
  static constexpr std::int64_t kForever = -1;

  // A set of actors, a bit each.
  using Actors = std::uint32_t;

  void add_lock(model::LockKind kind) { at(lock_count_++).kind = kind; }
  void add_actor(int process);

  // Calls, by idle actors. Times in nanoseconds; a timeout may be 0 or kForever.
  void acquire(int actor, int lock, std::int64_t timeout, bool with = false);
  void release(int actor, int lock);

  void pass(std::int64_t nanoseconds);
  void interrupt(int actor) { stop_waiting(actor); }
  void end(Actors actors);
  void set_stopped(Actors actors, bool stopped);

  [[nodiscard]] bool would_block(int actor, int lock) const;
  [[nodiscard]] int holder(int lock) const { return at(lock).holder; }
  [[nodiscard]] model::LockKind kind(int lock) const { return at(lock).kind; }
  [[nodiscard]] int lock_count() const { return lock_count_; }

  // Those able to take a step; those that are blocked; those that wait for one lock; those of one process, dead or not.
  [[nodiscard]] Actors idle() const { return alive_ & ~stopped_ & ~waiting_; }
  [[nodiscard]] Actors waiting() const { return waiting_; }
  [[nodiscard]] Actors waiting_for(int lock) const { return at(lock).waiters; }
  [[nodiscard]] Actors in_process(int process) const { return members_[static_cast<std::size_t>(process)]; }

  // How long until the earliest deadline of a waiting actor; kForever if none has one.
  [[nodiscard]] std::int64_t next_deadline() const;

 private:
  struct Lock {
    model::LockKind kind = model::LockKind::kLock;
    int holder = -1;
    int depth = 0;
    Actors waiters = 0;
  };
  // Of an actor that waits.
  struct Wait {
    int lock = -1;
    std::int64_t deadline = kForever;
    int turn = 0;  // who came first
    bool with = false;
  };

  [[nodiscard]] Lock& at(int lock) { return locks_[static_cast<std::size_t>(lock)]; }
  [[nodiscard]] const Lock& at(int lock) const { return locks_[static_cast<std::size_t>(lock)]; }
  void stop_waiting(int actor);
  void hand_over(int lock);

  std::array<Lock, kLocksMax> locks_;
  std::array<Wait, kActorsMax> waits_;
  std::array<Actors, kProcessesMax> members_{};
  Actors alive_ = 0;
  Actors stopped_ = 0;
  Actors waiting_ = 0;
  int lock_count_ = 0;
  int actor_count_ = 0;
  int turns_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace lockstep::script
