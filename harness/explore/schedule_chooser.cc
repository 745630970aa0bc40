#include "harness/explore/schedule_chooser.h"

namespace lockstep::explore {

using impl::sim::Decision;
using impl::sim::Option;

void ScheduleChooser::begin_run(std::span<const std::uint8_t> pinned, std::uint64_t seed, std::uint8_t pct_depth) {
  pinned_ = pinned;
  made_ = 0;
  misfit_ = -1;
  exhausted_ = false;
  chance_ = {.seed = seed, .pct_depth = pct_depth, .lowered = lowered_.data()};
}

void ScheduleChooser::begin_step(std::size_t step) {
  chance_.step = static_cast<std::uint32_t>(step);
  chance_.choice = 0;
}

void ScheduleChooser::begin_race(int calls, int director) {
  constexpr std::uint32_t kDecisionsACall = 6;  // an uncontended acquire() makes one, a release() three or more
  chance_.horizon = kDecisionsACall * static_cast<std::uint32_t>(calls) + 1;
  chance_.decision = 0;
  lowered_ = {};
  director_ = director;
}

// Lists the options of a kNext, and returns their kinds.
std::uint8_t ScheduleChooser::list(const Decision& decision) {
  std::uint8_t kinds = decision.goes_on ? model::kPreempts : 0;
  for (std::uint32_t at = 0; at < decision.count; ++at) {
    const Option& option = decision.options[at];
    if (option.what == Option::What::kExpire) {
      numbers_[at] = static_cast<std::uint8_t>(kExpiryOption + option.subject);
      kinds |= model::kExpiry;
    } else if (option.subject == director_) {
      numbers_[at] = kEventOption;
      kinds |= event_;
    } else {
      numbers_[at] = option.subject;
      kinds |= model::kRun;
    }
  }
  return kinds;
}

std::uint32_t ScheduleChooser::choose(const Decision& decision) {
  if (chance_.decision == model::kDecisionsMax) {
    exhausted_ = true;
    return 0;
  }
  const bool next = decision.kind == Decision::Kind::kNext;
  const std::uint8_t kinds = next                                     ? list(decision)
                             : decision.kind == Decision::Kind::kWake ? std::uint8_t{model::kWaiter}
                                                                      : std::uint8_t{model::kStore};
  std::uint32_t choice = 0;
  if (made_ < pinned_.size()) {
    choice = pinned_[made_] % decision.count;
    misfit_ = choice != pinned_[made_] && misfit_ < 0 ? static_cast<int>(made_) : misfit_;
  } else if (chance_.seed != 0) {
    choice = next ? chance_.next(numbers_.data(), decision.count) : chance_.any(decision.count);
  }
  ++made_;
  ++chance_.choice;
  ++chance_.decision;
  recording_.choice(static_cast<std::uint8_t>(choice), static_cast<std::uint8_t>(decision.count), kinds);
  return choice;
}

}  // namespace lockstep::explore
