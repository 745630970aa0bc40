#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>

#include "harness/explore/simulated_call.h"
#include "impl/platform/deadline.h"
#include "impl/platform/sim/sim_slot.h"

namespace lockstep::explore {

// One lock of a simulated machine. Its calls are for the bodies of simulated threads.
class SimulatedLock {
 public:
  SimulatedLock() = default;
  SimulatedLock(const SimulatedLock&) = delete;
  SimulatedLock& operator=(const SimulatedLock&) = delete;
  virtual ~SimulatedLock() = default;

  // Between runs: no process has used it yet.
  virtual void renew() = 0;

  [[nodiscard]] virtual Answer acquire(int process, const SimulatedCall& call) = 0;
  [[nodiscard]] virtual Answer release(int process) = 0;
  [[nodiscard]] virtual bool is_free(int process) = 0;

  // Whether what its comments promise holds (impl/lock), as far as the calling thread can tell.
  [[nodiscard]] virtual bool check_invariants() = 0;

  // How many wait for it, as its words have it.
  [[nodiscard]] virtual int sleepers() = 0;
};

using MakeSimulatedLock = std::unique_ptr<SimulatedLock> (*)(impl::sim::World& world);

// Puts an L in the place of the reference's lock, and calls it as the Python module does (impl/python/lock_object.cc):
// each process has an object of its own over the slot that all share. An interpreter's own lock is not simulated, so
// the threads of a process interleave as finely as processes do, which is more than Python lets happen.
template <class L>
class SimulatedLockOf final : public SimulatedLock {
 public:
  explicit SimulatedLockOf(impl::sim::World& world) : world_(world), slot_(impl::sim::make_slot(world)) { renew(); }

  void renew() override {
    for (std::optional<L>& object : objects_) {
      object.emplace(slot_, impl::sim::SimPlatform(world_));
    }
  }

  Answer acquire(int process, const SimulatedCall& call) override {
    L& lock = object_of(process);
    const impl::Acquire again = lock.reenter();
    if (again != impl::Acquire::kTimedOut) {
      return again == impl::Acquire::kAcquired ? Answer::kTrue : Answer::kTooDeep;
    }
    if (lock.try_acquire()) {
      return Answer::kTrue;
    }
    if (call.block && call.timed && std::isnan(call.seconds)) {
      return Answer::kTimeoutIsNan;
    }
    if (!call.block || (call.timed && !(call.seconds > 0))) {
      return Answer::kFalse;
    }
    const std::int64_t deadline_ns = call.timed ? deadline_after(call.seconds) : impl::kNoDeadline;
    if (lock.wait(deadline_ns) == impl::Acquire::kTimedOut) {
      return Answer::kFalse;
    }
    lock.took();
    return Answer::kTrue;
  }

  Answer release(int process) override {
    switch (object_of(process).release()) {
      case impl::Release::kReleased:
        break;
      case impl::Release::kNotHeld:
        return Answer::kReleasedTooOften;
      case impl::Release::kNotOwned:
        return Answer::kNotOwned;
    }
    return Answer::kNone;
  }

  bool is_free(int process) override { return object_of(process).is_free(); }

  bool check_invariants() override {
    return std::all_of(objects_.begin(), objects_.end(), [](const auto& object) { return object->check_invariants(); });
  }

  int sleepers() override { return static_cast<int>(objects_.front()->sleepers()); }

 private:
  static constexpr std::int64_t kTick_ns = 1000;  // of virtual time

  L& object_of(int process) { return *objects_[static_cast<std::size_t>(process)]; }

  [[nodiscard]] std::int64_t deadline_after(double seconds) const {
    const std::int64_t exact_ns = impl::deadline_after(world_.now_ns(), impl::timeout_ns(seconds));
    return exact_ns > impl::kNoDeadline - kTick_ns ? impl::kNoDeadline
                                                   : (exact_ns + kTick_ns - 1) / kTick_ns * kTick_ns;
  }

  impl::sim::World& world_;
  impl::Slot<impl::sim::SimPlatform> slot_;
  std::array<std::optional<L>, impl::sim::kThreadsMax> objects_;
};

template <class L>
[[nodiscard]] std::unique_ptr<SimulatedLock> make_simulated_lock(impl::sim::World& world) {
  return std::make_unique<SimulatedLockOf<L>>(world);
}

}  // namespace lockstep::explore
