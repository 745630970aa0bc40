#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "harness/explore/recording.h"
#include "harness/model/chance.h"
#include "harness/model/choice.h"
#include "impl/platform/sim/chooser.h"
#include "impl/platform/sim/view.h"

namespace lockstep::explore {

// Answers the questions of a simulated run as a replay::Schedule says, and records the answers.
class ScheduleChooser final : public impl::sim::Chooser {
 public:
  explicit ScheduleChooser(Recording& recording) : recording_(recording) {}

  void begin_run(std::span<const std::uint8_t> pinned, std::uint64_t seed, std::uint8_t pct_depth);
  void begin_step(std::size_t step);
  // A race of so many calls begins. The director's turn is the race's next event.
  void begin_race(int calls, int director);
  void expect_event(model::ChoiceKind kind) { event_ = kind; }

  [[nodiscard]] std::uint32_t choose(const impl::sim::Decision& decision) override;

  // The first choice pinned that this run had no such option for, or no use for; -1.
  [[nodiscard]] int misfit() const { return misfit_ < 0 && made_ < pinned_.size() ? static_cast<int>(made_) : misfit_; }
  // A race took so many decisions that it went on without: the first option each time.
  [[nodiscard]] bool exhausted() const { return exhausted_; }

 private:
  // Numbers of options: an actor's next step, the expiry of its wait, and the race's next event.
  static constexpr std::uint8_t kExpiryOption = impl::sim::kThreadsMax;
  static constexpr std::uint8_t kEventOption = 2 * impl::sim::kThreadsMax;

  [[nodiscard]] std::uint8_t list(const impl::sim::Decision& decision);

  Recording& recording_;
  std::span<const std::uint8_t> pinned_;
  std::size_t made_ = 0;
  int misfit_ = -1;
  bool exhausted_ = false;
  int director_ = -1;
  model::ChoiceKind event_ = model::kDeath;
  model::Chance chance_;
  std::array<std::uint32_t, kEventOption + 1> lowered_{};
  std::array<std::uint8_t, kEventOption + 1> numbers_{};
};

}  // namespace lockstep::explore
