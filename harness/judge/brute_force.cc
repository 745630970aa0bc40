#include "harness/judge/brute_force.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "harness/base/check.h"

namespace lockstep::judge {
namespace {

class Search {
 public:
  Search(const History& history, model::LockKind kind)
      : history_(history), recursive_(kind == model::LockKind::kRLock) {}

  bool from(std::uint32_t placed, std::uint32_t owner, std::uint32_t depth) {
    std::uint32_t first_return = kNever;
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if ((placed >> i & 1U) == 0) {
        first_return = std::min(first_return, history_[i].returned);
      }
    }
    if (first_return == kNever) {
      return true;  // What is left never returned, so need not have happened.
    }
    if (!seen_.insert({placed, owner, depth}).second) {
      return false;
    }
    for (std::size_t i = 0; i < history_.size(); ++i) {
      const bool possible = (placed >> i & 1U) == 0 && history_[i].called < first_return;
      if (possible && place(placed | 1U << i, history_[i], owner, depth)) {
        return true;
      }
    }
    return false;
  }

 private:
  bool place(std::uint32_t placed, const Operation& operation, std::uint32_t owner, std::uint32_t depth) {
    const bool mine = depth > 0 && (!recursive_ || owner == operation.client);
    switch (operation.deed) {
      case Deed::kAcquired:
        return (depth == 0 || (recursive_ && mine)) && from(placed, operation.client, depth + 1);
      case Deed::kReleased:
        return mine && from(placed, depth == 1 ? 0 : owner, depth - 1);
      case Deed::kRefused:
        return depth > 0 && !(recursive_ && mine) && from(placed, owner, depth);
      case Deed::kRejected:
        return !mine && from(placed, owner, depth);
    }
    return false;
  }

  const History& history_;
  bool recursive_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> seen_;
};

}  // namespace

bool is_linearizable_by_search(const History& history, model::LockKind kind) {
  LOCKSTEP_CHECK(history.size() <= 16);
  return Search(history, kind).from(0, 0, 0);
}

}  // namespace lockstep::judge
