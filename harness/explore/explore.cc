#include "harness/explore/explore.h"

#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

namespace lockstep::explore {
namespace {

using replay::Played;
using replay::Schedule;

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

constexpr std::size_t kPlayedAgain = 16;

// Choices of a kind that did not come to the first option.
int deviations(const Played& played, std::size_t choices, model::ChoiceKind kind) {
  int count = 0;
  for (std::size_t place = 0; place < std::min(choices, played.taken.size()); ++place) {
    count += (played.kinds[place] & kind) != 0 && played.taken[place] != 0 ? 1 : 0;
  }
  return count;
}

class Search {
 public:
  Search(replay::Scheduled& carrier, const model::Script& script, const Bounds& bounds,
         const std::function<Verdict(const Behaviour&)>& visit)
      : carrier_(carrier), script_(script), bounds_(bounds), visit_(visit), begun_s_(now_s()) {
    if (bounds_.strategy == Strategy::kExhaustive) {
      open_.emplace_back();
    }
  }

  Exploration run() {
    while (!is_over()) {
      next_batch();
      const std::span<const Played> played = carrier_.play(script_, batch_);
      for (std::size_t at = 0; at < played.size() && !found_.stopped; ++at) {
        see(played[at], at);
      }
    }
    check_determinism();
    found_.complete = bounds_.strategy == Strategy::kExhaustive && open_.empty() && !found_.stopped;
    return found_;
  }

 private:
  [[nodiscard]] bool is_over() const {
    const bool nothing_left = bounds_.strategy == Strategy::kExhaustive && open_.empty();
    return found_.stopped || nothing_left || found_.schedules >= bounds_.schedules_max ||
           now_s() - begun_s_ > bounds_.seconds;
  }

  void next_batch() {
    batch_.clear();
    const std::size_t most =
        std::min<std::uint64_t>(replay::Scheduled::schedules_max(script_), bounds_.schedules_max - found_.schedules);
    while (batch_.size() < most) {
      if (bounds_.strategy != Strategy::kExhaustive) {
        const std::uint8_t depth = bounds_.strategy == Strategy::kPct ? bounds_.pct_depth : std::uint8_t{0};
        batch_.push_back({{}, schedule_seed(bounds_.seed, found_.schedules + batch_.size()), depth});
      } else if (!open_.empty()) {
        batch_.push_back({std::move(open_.back()), 0, 0});  // the newest first: fewer are open at a time
        open_.pop_back();
      } else {
        break;
      }
    }
  }

  void see(const Played& played, std::size_t at) {
    ++found_.schedules;
    found_.depth = std::max(found_.depth, played.taken.size());
    found_.exhausted = found_.exhausted || played.exhausted;
    for (const std::uint8_t kinds : played.kinds) {
      found_.kinds = static_cast<std::uint8_t>(found_.kinds | kinds);
    }
    const std::vector<std::uint8_t>& pinned = batch_[at].prefix;
    const std::size_t prefix = pinned.size();
    if (played.taken.size() < prefix || !std::equal(pinned.begin(), pinned.end(), played.taken.begin())) {
      found_.nondeterministic = pinned;  // its places were there when another run came by
      found_.stopped = true;
      return;
    }
    if (first_.size() < kPlayedAgain) {
      first_.push_back({{played.taken.begin(), played.taken.end()}, 0, 0});
      first_behaviours_.push_back(played.behaviour);
    }
    found_.decisions += played.taken.size() - std::min(prefix, played.taken.size());
    if (bounds_.strategy == Strategy::kExhaustive) {
      branch(played, prefix);
    }
    if (seen_.insert(played.behaviour).second) {
      ++found_.behaviours;
      const Behaviour behaviour{played, [this, at] { return carrier_.trace_of(at); }, found_.schedules};
      found_.stopped = visit_(behaviour) == Verdict::kStop;
    }
  }

  // Plays the first schedules again.
  void check_determinism() {
    if (first_.empty() || found_.nondeterministic.has_value()) {
      return;
    }
    const std::span<const Played> again = carrier_.play(script_, first_);
    for (std::size_t at = 0; at < again.size(); ++at) {
      if (again[at].behaviour != first_behaviours_[at]) {
        found_.nondeterministic = first_[at].prefix;
        return;
      }
    }
  }

  // Every place behind the prefix, and every option that was not taken there.
  void branch(const Played& played, std::size_t prefix) {
    const bool spent = bounds_.preemptions >= 0 && preemptions_of(played, prefix) >= bounds_.preemptions;
    const bool spent_stale = bounds_.stale >= 0 && stale_of(played, prefix) >= bounds_.stale;
    for (std::size_t place = prefix; place < played.taken.size(); ++place) {
      const bool beyond = (spent && (played.kinds[place] & model::kPreempts) != 0) ||
                          (spent_stale && (played.kinds[place] & model::kStore) != 0);
      const auto others = static_cast<std::uint64_t>(played.options[place] - 1);
      if (beyond || place >= replay::Scheduled::kPrefixMax) {
        found_.left_out += others;
        continue;
      }
      for (std::uint8_t option = 1; option < played.options[place]; ++option) {
        std::vector<std::uint8_t>& next =
            open_.emplace_back(played.taken.begin(), played.taken.begin() + static_cast<std::ptrdiff_t>(place));
        next.push_back(option);
      }
    }
  }

  replay::Scheduled& carrier_;
  const model::Script& script_;
  const Bounds& bounds_;
  const std::function<Verdict(const Behaviour&)>& visit_;
  double begun_s_;
  std::vector<std::vector<std::uint8_t>> open_;  // prefixes to be played
  std::vector<Schedule> batch_;
  std::vector<Schedule> first_;  // to be played once more
  std::vector<std::uint64_t> first_behaviours_;
  std::unordered_set<std::uint64_t> seen_;
  Exploration found_;
};

}  // namespace

std::uint64_t schedule_seed(std::uint64_t seed, std::uint64_t number) {
  return (seed + 1) * 0x9e3779b97f4a7c15ULL + number * 0xbf58476d1ce4e5b9ULL + 1;
}

int preemptions_of(const Played& played, std::size_t choices) { return deviations(played, choices, model::kPreempts); }

int stale_of(const Played& played, std::size_t choices) { return deviations(played, choices, model::kStore); }

Exploration explore(replay::Scheduled& carrier, const model::Script& script, const Bounds& bounds,
                    const std::function<Verdict(const Behaviour&)>& visit) {
  return Search(carrier, script, bounds, visit).run();
}

}  // namespace lockstep::explore
