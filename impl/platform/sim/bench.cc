#include "impl/platform/sim/bench.h"

#include <chrono>
#include <cstdint>
#include <stdexcept>

#include "impl/lock/lock.h"
#include "impl/platform/sim/sim_slot.h"

namespace lockstep::impl::sim {
namespace {

// Marsaglia, "Xorshift RNGs", 2003.
class RandomChooser final : public Chooser {
 public:
  [[nodiscard]] std::uint32_t choose(const Decision& decision) override {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return static_cast<std::uint32_t>(((state_ >> 32U) * decision.count) >> 32U);
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15;
};

// Runs of some processes that take a lock some times each.
class Program {
 public:
  Program(int processes, std::uint32_t times, const Settings& settings) : world_(settings), times_(times) {
    for (int process = 0; process < processes; ++process) {
      world_.add_thread(process, body_);
    }
  }

  // Returns runs a second.
  double measure(double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const auto end = start + std::chrono::duration<double>(seconds);
    std::uint64_t runs = 0;
    do {
      if (world_.run(chooser_).ending != Ending::kFinished) {
        throw std::logic_error("a simulated lock failed in the benchmark: " + world_.describe());
      }
      ++runs;
    } while (Clock::now() < end);
    return static_cast<double>(runs) / std::chrono::duration<double>(Clock::now() - start).count();
  }

 private:
  void take() {
    Lock<SimPlatform> lock(slot_, SimPlatform(world_));
    for (std::uint32_t i = 0; i < times_; ++i) {
      world_.check(lock.acquire(kNoDeadline) == Acquire::kAcquired, "not acquired");
      world_.check(lock.release() == Release::kReleased, "not released");
    }
    world_.check(lock.check_invariants(), "a value that no word may have");
  }

  World world_;
  Slot<SimPlatform> slot_ = make_slot(world_);
  std::uint32_t times_;
  RandomChooser chooser_;
  struct Body {
    Program* program;
    void operator()() const { program->take(); }
  } body_{this};
};

}  // namespace

SimSpeed measure(double seconds) {
  constexpr int kProcesses = 4;
  constexpr int kOperations = 3;
  constexpr std::uint32_t kManyTimes = 2'000;
  Program runs(kProcesses, 1, {});
  Program pairs(2, kManyTimes, {.steps_max = 1'000'000});
  SimSpeed speed;
  speed.runs_per_s = runs.measure(seconds / 2);
  speed.operations_per_s = speed.runs_per_s * kProcesses * kOperations;
  speed.pairs_per_s = pairs.measure(seconds / 2) * 2 * kManyTimes;
  return speed;
}

}  // namespace lockstep::impl::sim
