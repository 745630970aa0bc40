#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "impl/lock/lock.h"
#include "impl/platform/deadline.h"
#include "impl/platform/sim/exploration_for_test.h"
#include "impl/platform/sim/sim_slot.h"

namespace lockstep::impl::sim {

// What one process does with the lock: it takes and releases it so often.
struct Actor {
  int times = 1;
  std::int64_t deadline_ns = kNoDeadline;  // Then it gives up.
  bool forks = false;                      // It forks while it holds the lock; the child takes it once, too.
};

// Processes that share one lock of the kind that ships. Any may die, and take the lock with it, as with
// multiprocessing: then the others wait for ever, on a word that is not free.
//
// P is SimPlatform, or one derived from it.
template <class P = SimPlatform>
class LockProgram {
 public:
  LockProgram(std::span<const Actor> actors, const Settings& settings) : world_(settings) {
    int process = 0;
    for (const Actor& actor : actors) {
      Body& body = bodies_.at(static_cast<std::size_t>(process));
      body = {.program = this, .actor = actor};
      world_.add_thread(process++, body);
    }
    child_ = {.program = this, .actor = {}};
  }

  // A run fails if two hold the lock at once, if one that nobody killed does not come to its end although no dead
  // process holds the lock, if somebody sleeps on a free lock, or if the lock is not left as it was found.
  Exploration explore_all(const Bounds& bounds) {
    forgotten_ = 0;
    const auto renew = [this] {
      section_.renew();
      places_ = {};
    };
    return explore(
        world_, renew, [this](Result& result) { judge(result); }, bounds);
  }

  // Runs in which somebody sleeps on a free lock until `quiet` more releases: what invariant (4) of ALGORITHM.md
  // allows.
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  // Of a thread: it has not run, it can't hold the lock, it may.
  enum class Place : std::uint8_t { kNowhere, kOutside, kInside };

  struct Body {
    LockProgram* program = nullptr;
    Actor actor;
    void operator()() { program->live(actor); }
  };

  bool take(Lock<P>& lock, std::int64_t deadline_ns) {
    for (;;) {
      const Acquire got = lock.acquire(deadline_ns);
      if (got != Acquire::kInterrupted) {
        world_.check(got == Acquire::kAcquired || deadline_ns != kNoDeadline, "gave up");
        return got == Acquire::kAcquired;
      }
    }
  }

  void live(const Actor& actor) {
    Lock<P> lock(slot_, P(world_));
    Place& place = places_.at(static_cast<std::size_t>(world_.running()));
    for (int i = 0; i < actor.times; ++i) {
      place = Place::kInside;
      if (take(lock, actor.deadline_ns)) {
        section_.pass();
        if (actor.forks) {
          world_.fork(child_);
        }
        world_.check(lock.release() == Release::kReleased, "not held");
      }
      place = Place::kOutside;
    }
  }

  void judge(Result& result) {
    bool died = false;
    bool may_hold = false;
    for (int thread = 0; thread < static_cast<int>(kThreadsMax); ++thread) {
      const Place place = places_.at(static_cast<std::size_t>(thread));
      const bool dead = place != Place::kNowhere && world_.state(thread) == World::State::kDead;
      died |= dead;
      may_hold |= dead && place == Place::kInside;
    }
    if (result.ending == Ending::kFinished && !died && (slot_.word.peek() != 0 || slot_.sleepers.peek() != 0)) {
      result = {.ending = Ending::kFailed, .why = "the lock is not left as it was found"};
    }
    if (result.ending != Ending::kDeadlock) {
      return;
    }
    const bool free = slot_.word.peek() == 0;
    const bool forgotten = died && free && slot_.quiet.peek() != 0;
    forgotten_ += forgotten ? 1 : 0;
    const bool allowed = forgotten || (!free && may_hold);
    result = allowed ? Result{} : Result{.ending = Ending::kFailed, .why = "asleep on a free lock"};
  }

  World world_;
  Slot<P> slot_ = make_slot<P>(world_);
  Section section_{world_};
  std::array<Body, kThreadsMax> bodies_{};
  Body child_;
  std::array<Place, kThreadsMax> places_{};  // by thread
  std::uint64_t forgotten_ = 0;
};

}  // namespace lockstep::impl::sim
