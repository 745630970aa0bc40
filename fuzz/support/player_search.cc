#include "fuzz/support/player_search.h"

#include <algorithm>
#include <vector>

#include "harness/judge/player.h"

namespace lockstep::fuzz {
namespace {

struct Picked {
  std::uint32_t way;
  std::uint32_t ways;
};

// That a call is blocked goes without saying: it has not returned although all is quiet.
std::vector<trace::Event> without_blocked(const trace::Trace& trace) {
  std::vector<trace::Event> events = trace.events;
  std::erase_if(events, [](const trace::Event& event) { return event.kind == trace::EventKind::kBlocked; });
  return events;
}

bool blocks_twice(const trace::Trace& trace) {
  unsigned blocked = 0;
  return std::any_of(trace.events.begin(), trace.events.end(), [&](const trace::Event& event) {
    if (event.kind == trace::EventKind::kInvoked) {
      blocked &= ~(1U << static_cast<unsigned>(event.actor));
    }
    const unsigned actor = event.kind == trace::EventKind::kBlocked ? 1U << static_cast<unsigned>(event.actor) : 0U;
    const bool again = (blocked & actor) != 0;
    blocked |= actor;
    return again;
  });
}

// Follows a play as far as it goes along with the wanted events.
class Follower {
 public:
  explicit Follower(const std::vector<trace::Event>& wanted) : wanted_(wanted) {}

  bool goes_along(const trace::Trace& so_far) {
    for (; same_ && looked_at_ < so_far.events.size(); ++looked_at_) {
      const trace::Event& event = so_far.events[looked_at_];
      if (event.kind != trace::EventKind::kBlocked) {
        same_ = met_ < wanted_.size() && wanted_[met_++] == event;
      }
    }
    return same_;
  }

  bool has_met_all(const trace::Trace& played) { return goes_along(played) && met_ == wanted_.size(); }

 private:
  const std::vector<trace::Event>& wanted_;
  std::size_t looked_at_ = 0;
  std::size_t met_ = 0;
  bool same_ = true;
};

}  // namespace

Answer could_play(const model::Script& script, const trace::Trace& wanted, int plays_max) {
  if (blocks_twice(wanted)) {
    return Answer::kNo;
  }
  const std::vector<trace::Event> events = without_blocked(wanted);
  std::vector<Picked> path;
  for (int plays = 0; plays < plays_max; ++plays) {
    Follower follower(events);
    std::size_t at = 0;
    const auto pick = [&](std::uint32_t ways, const trace::Trace& so_far) -> std::uint32_t {
      if (at == path.size()) {
        if (!follower.goes_along(so_far)) {
          return 0;
        }
        path.push_back({0, ways});
      }
      return path[at++].way;
    };
    if (follower.has_met_all(judge::Player(script, judge::Flaw::kNone, {}, pick).play())) {
      return Answer::kYes;
    }
    while (!path.empty() && path.back().way + 1 == path.back().ways) {
      path.pop_back();
    }
    if (path.empty()) {
      return Answer::kNo;
    }
    ++path.back().way;
  }
  return Answer::kUnknown;
}

}  // namespace lockstep::fuzz
