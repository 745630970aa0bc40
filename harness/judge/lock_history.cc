#include "harness/judge/lock_history.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "harness/base/check.h"

namespace lockstep::judge {
namespace {

// Open calls of one deed, those that return first on top.
class Open {
 public:
  [[nodiscard]] bool empty() const { return heap_.empty(); }

  void push(std::uint32_t returned, std::uint32_t operation) {
    heap_.emplace_back(returned, operation);
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

  std::uint32_t pop() {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    const std::uint32_t operation = heap_.back().second;
    heap_.pop_back();
    return operation;
  }

 private:
  std::vector<std::pair<std::uint32_t, std::uint32_t>> heap_;
};

class Checker {
 public:
  explicit Checker(const History& history) : history_(history), done_(history.size(), 0) {}

  HistoryVerdict check() {
    const Moments moments(history_);
    for (now_ = 0; now_ < moments.marks.size(); ++now_) {
      const std::uint32_t mark = moments.marks[now_];
      if (mark == kNever) {
        continue;
      }
      const std::uint32_t operation = mark / 2;
      if (mark % 2 != Moments::kReturn) {
        call(operation);
      } else if (const char* reason = done_[operation] != 0 ? nullptr : force(operation)) {
        return {false, operation, reason};
      }
    }
    return {};
  }

 private:
  void call(std::uint32_t operation) {
    const Operation& called = history_[operation];
    if (called.deed == Deed::kAcquired) {
      acquires_.push(called.returned, operation);
    } else if (called.deed == Deed::kReleased) {
      releases_.push(called.returned, operation);
    }
  }

  // Places the operation that returns now; null if that can be done.
  const char* force(std::uint32_t operation) {
    const std::uint32_t called = history_[operation].called;
    switch (history_[operation].deed) {
      case Deed::kAcquired:
        if (held_ && !hand_over(releases_)) {
          return "acquired while the lock was held and nobody was releasing it";
        }
        // Its own deadline is now, the earliest of all.
        LOCKSTEP_CHECK(acquires_.pop() == operation);
        pass(operation);
        return nullptr;
      case Deed::kReleased:
        if (!held_ && !hand_over(acquires_)) {
          return "released while the lock was free and nobody was acquiring it";
        }
        LOCKSTEP_CHECK(releases_.pop() == operation);
        pass(operation);
        return nullptr;
      case Deed::kRefused:
        return held_ || last_held_ > called || hand_over(acquires_)
                   ? nullptr
                   : "refused although the lock was free during the whole call";
      case Deed::kRejected:
        return !held_ || last_free_ > called || hand_over(releases_)
                   ? nullptr
                   : "rejected although the lock was held during the whole call";
    }
    return nullptr;
  }

  bool hand_over(Open& open) {
    if (open.empty()) {
      return false;
    }
    pass(open.pop());
    return true;
  }

  // The operation takes effect now, and both states are seen.
  void pass(std::uint32_t operation) {
    done_[operation] = 1;
    held_ = !held_;
    last_held_ = now_;
    last_free_ = now_;
  }

  const History& history_;
  std::vector<std::uint8_t> done_;
  Open acquires_;
  Open releases_;
  bool held_ = false;
  std::uint32_t now_ = 0;
  std::uint32_t last_held_ = 0;  // the last moment that saw this state but is no longer in it; 0: none
  std::uint32_t last_free_ = 0;
};

}  // namespace

HistoryVerdict check_lock_history(const History& history) { return Checker(history).check(); }

}  // namespace lockstep::judge
