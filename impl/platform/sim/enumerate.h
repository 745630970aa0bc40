#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "impl/platform/sim/chooser.h"

namespace lockstep::impl::sim {

// How far runs may be from the plainest one. Which sleeper wakes, and who goes on when the running thread can't, is
// free.
struct Bounds {
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t preemptions_max = kNone;  // Decision::is_preemption().
  std::uint32_t stale_max = kNone;        // Loads that don't read the newest store, stores that don't go last.
};

// Walks through all runs of a program, depth first: each run repeats the answers of the one before but for the last
// that can still be raised, and answers 0 after it. Runs out of bounds are left out, and no run comes twice.
//
//   Enumerator chooser;
//   do {
//     world.run(chooser);
//   } while (chooser.next());
class Enumerator final : public Chooser {
 public:
  explicit Enumerator(const Bounds& bounds = {}) : bounds_(bounds) {}

  [[nodiscard]] std::uint32_t choose(const Decision& decision) override {
    const bool stale = decision.kind == Decision::Kind::kRead || decision.kind == Decision::Kind::kPlace;
    if (depth_ == path_.size()) {
      const bool bound =
          (decision.goes_on && preemptions_ == bounds_.preemptions_max) || (stale && stale_ == bounds_.stale_max);
      path_.push_back({.choice = 0, .count = bound ? 1 : decision.count});
    }
    const std::uint32_t choice = path_[depth_++].choice;
    preemptions_ += decision.is_preemption(choice) ? 1 : 0;
    stale_ += stale && choice != 0 ? 1 : 0;
    return choice;
  }

  // Turns to the next run; false if there is none.
  [[nodiscard]] bool next() {
    depth_ = 0;
    preemptions_ = 0;
    stale_ = 0;
    while (!path_.empty() && path_.back().choice + 1 >= path_.back().count) {
      path_.pop_back();
    }
    if (path_.empty()) {
      return false;
    }
    ++path_.back().choice;
    return true;
  }

  // The answers of this run, which repeat it.
  [[nodiscard]] std::vector<std::uint32_t> choices() const {
    std::vector<std::uint32_t> result;
    for (const Step& step : path_) {
      result.push_back(step.choice);
    }
    return result;
  }

 private:
  struct Step {
    std::uint32_t choice = 0;
    std::uint32_t count = 0;
  };

  Bounds bounds_;
  std::uint32_t preemptions_ = 0;
  std::uint32_t stale_ = 0;
  std::size_t depth_ = 0;
  std::vector<Step> path_;
};

// Calls run(chooser) for every run within the bound, until it returns false. Returns how many runs there were.
template <class Run>
std::uint64_t enumerate(Run&& run, const Bounds& bounds = {}) {
  Enumerator chooser(bounds);
  std::uint64_t runs = 0;
  do {
    ++runs;
  } while (run(chooser) && chooser.next());
  return runs;
}

}  // namespace lockstep::impl::sim
