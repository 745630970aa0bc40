#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "impl/platform/sim/enumerate.h"
#include "impl/platform/sim/sim_cell.h"
#include "impl/platform/sim/world.h"

namespace lockstep::impl::sim {

// What was found in all runs of a program.
struct Exploration {
  std::uint64_t runs = 0;
  std::array<std::uint64_t, 5> endings{};  // How many runs ended so, by Ending.
  std::string first_failure;               // Of the first run that did not finish: how it ended, and its answers.
  Ending first_ending = Ending::kFinished;
  std::set<std::string> whys;  // Of all runs that did not finish.

  [[nodiscard]] std::uint64_t count(Ending ending) const { return endings[static_cast<std::size_t>(ending)]; }
  [[nodiscard]] bool all_finished() const { return count(Ending::kFinished) == runs; }

  friend void PrintTo(const Exploration& found, std::ostream* out) {
    *out << found.runs << " runs; " << found.first_failure;
  }
};

// Answers as a list of them says, then 0: repeats a run.
class ReplayChooser final : public Chooser {
 public:
  explicit ReplayChooser(std::vector<std::uint32_t> answers) : answers_(std::move(answers)) {}
  [[nodiscard]] std::uint32_t choose(const Decision& /*decision*/) override {
    return next_ < answers_.size() ? answers_[next_++] : 0;
  }

 private:
  std::vector<std::uint32_t> answers_;
  std::size_t next_ = 0;
};

// Runs the program in every way within the bound. Before each run renew() puts in order what the world does not reset;
// after it judge(result) may turn the result into a failure.
template <class Renew, class Judge>
Exploration explore(World& world, Renew renew, Judge judge, const Bounds& bounds = {}) {
  static constexpr std::array kNames{"finished", "deadlock", "out of steps", "race", "failed"};
  Exploration found;
  Enumerator chooser(bounds);
  do {
    renew();
    Result result = world.run(chooser);
    judge(result);
    ++found.runs;
    ++found.endings[static_cast<std::size_t>(result.ending)];
    if (result.ending != Ending::kFinished) {
      found.whys.insert(result.why);
    }
    if (result.ending != Ending::kFinished && found.first_failure.empty()) {
      found.first_ending = result.ending;
      found.first_failure = std::string(kNames[static_cast<std::size_t>(result.ending)]) + ": " + result.why + "; " +
                            world.describe() + "; answers";
      for (const std::uint32_t answer : chooser.choices()) {
        found.first_failure += " " + std::to_string(answer);
      }
    }
  } while (chooser.next());
  return found;
}

// A critical section that notices company, in two ways: by counting heads, and by happens-before.
class Section {
 public:
  explicit Section(World& world) : world_(world), cell_(world) {}

  void renew() { inside_ = 0; }
  void pass() {
    world_.check(++inside_ == 1, "two threads hold the lock");
    cell_.write(cell_.read() + 1);
    world_.step();
    --inside_;
  }
  [[nodiscard]] int passed() { return cell_.peek(); }

 private:
  World& world_;
  SimCell<int> cell_;
  int inside_ = 0;
};

}  // namespace lockstep::impl::sim
