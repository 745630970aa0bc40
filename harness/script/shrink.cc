#include "harness/script/shrink.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/check.h"
#include "harness/script/edit.h"
#include "harness/script/print.h"
#include "harness/script/spelling.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using model::Method;
using model::Script;
using model::Step;
using model::StepKind;

constexpr std::array<std::string_view, 8> kPlainValues = {"0", "1", "0.5", "2", "0.25", "0.1", "0.01", "0.001"};
constexpr std::size_t kPairsMax = 16;  // steps; pairs of more would cost too many tries

class Shrinker {
 public:
  Shrinker(const Script& script, const std::function<bool(const Script&)>& still_fails, const Budget& budget)
      : current_(script), still_fails_(still_fails), budget_(budget) {
    known_.insert(print(script));
  }

  Script run() {
    bool better = true;
    while (better) {
      better = remove_steps();
      better = simplify_cast() || better;
      better = simplify_steps() || better;
      better = simplify_schedule() || better;
    }
    return std::move(current_);
  }

 private:
  // Takes the candidate if it is new, valid, and still fails.
  bool attempt(std::optional<Script> candidate) {
    if (!candidate || tries_ == budget_.tries_max || !known_.insert(print(*candidate)).second) {
      return false;
    }
    ++tries_;
    if (!still_fails_(*candidate)) {
      return false;
    }
    current_ = *std::move(candidate);
    return true;
  }

  bool attempt_changed(const std::function<void(Script&)>& change) {
    Script candidate = current_;
    change(candidate);
    return validate(candidate) ? false : attempt(std::move(candidate));
  }

  bool attempt_without(std::size_t begin, std::size_t end) {
    Edit edit(current_);
    for (std::size_t i = begin; i < end; ++i) {
      edit.removed[i] = true;
    }
    return attempt(apply(current_, edit));
  }

  // From the end on, as what follows the failure is the first that can go.
  bool remove_chunks(std::size_t size) {
    bool better = false;
    for (std::size_t end = current_.steps.size(); end > 0;) {
      const std::size_t begin = end > size ? end - size : 0;
      better = attempt_without(begin, end) || better;
      end = std::min(begin, current_.steps.size());
    }
    return better;
  }

  bool remove_pairs() {
    bool better = false;
    for (std::size_t i = 0; i < current_.steps.size() && current_.steps.size() <= kPairsMax; ++i) {
      for (std::size_t j = i + 1; j < current_.steps.size(); ++j) {
        Edit edit(current_);
        edit.removed[i] = edit.removed[j] = true;
        better = attempt(apply(current_, edit)) || better;
      }
    }
    return better;
  }

  bool remove_steps() {
    bool better = false;
    for (std::size_t size = current_.steps.size() / 2; size > 1; size /= 2) {
      better = remove_chunks(size) || better;
    }
    do {
      while (remove_chunks(1)) {
        better = true;
      }
    } while (remove_pairs());
    return better;
  }

  // One becomes another, the later ones first.
  bool merge(std::vector<int> Edit::*which) {
    bool better = false;
    for (std::size_t from = (Edit(current_).*which).size(); from-- > 1;) {
      for (std::size_t to = 0; to < from && from < (Edit(current_).*which).size(); ++to) {
        Edit edit(current_);
        (edit.*which)[from] = static_cast<int>(to);
        better = attempt(apply(current_, edit)) || better;
      }
    }
    return better;
  }

  bool simplify_cast() {
    bool better = attempt(apply(current_, without_unused(current_)));
    better = merge(&Edit::actors) || better;
    better = merge(&Edit::processes) || better;
    better = merge(&Edit::locks) || better;
    for (std::size_t i = 0; i < current_.locks.size(); ++i) {
      better = attempt_changed([i](Script& s) { s.locks[i].kind = model::LockKind::kLock; }) || better;
    }
    return better;
  }

  bool simplify_steps() {
    bool better = false;
    for (std::size_t i = 0; i < current_.steps.size(); ++i) {
      const Step& step = current_.steps[i];
      if (step.kind == StepKind::kCall) {
        better = simplify_call(i) || better;
      } else if (step.kind == StepKind::kPause || step.kind == StepKind::kClock) {
        better = simplify_value(
                     step.seconds.spelling,
                     [i](Script& s, std::string_view plain) { s.steps[i].seconds = parse_seconds(plain).value(); }) ||
                 better;
      }
    }
    return better;
  }

  bool simplify_call(std::size_t i) {
    bool better = attempt_changed([i](Script& s) { s.steps[i].call.arguments.clear(); });
    for (std::size_t k = 0; k < current_.steps[i].call.arguments.size();) {
      const bool dropped = attempt_changed([i, k](Script& s) {
        auto& arguments = s.steps[i].call.arguments;
        arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(k));
      });
      better = dropped || better;
      k += dropped ? 0 : 1;
    }
    better = attempt_changed([i](Script& s) { s.steps[i].call.body_raises = false; }) || better;
    if (current_.steps[i].call.method == Method::kWith) {
      better = attempt_changed([i](Script& s) {
                 s.steps[i].call.method = Method::kAcquire;
                 s.steps[i].call.body_raises = false;
               }) ||
               better;
    }
    for (std::size_t k = 0; k < current_.steps[i].call.arguments.size(); ++k) {
      better = simplify_value(
                   current_.steps[i].call.arguments[k].spelling,
                   [i, k](Script& s, std::string_view plain) { s.steps[i].call.arguments[k].spelling = plain; }) ||
               better;
    }
    return better;
  }

  // Tries the plain values that come before the one which is there, unless they would take longer than the budget has.
  bool simplify_value(const std::string& spelling, const std::function<void(Script&, std::string_view)>& write) {
    const std::string before = spelling;  // NOLINT(performance-unnecessary-copy-initialization): write() changes it
    for (const std::string_view plain : kPlainValues) {
      if (plain == before) {
        return false;
      }
      const double seconds = static_cast<double>(parse_seconds(plain).value().nanoseconds) / 1e9;
      if (seconds <= budget_.seconds_max && attempt_changed([&](Script& s) { write(s, plain); })) {
        return true;
      }
    }
    return false;
  }

  bool simplify_schedule() {
    bool better = attempt_changed([](Script& s) { s.schedule.clear(); });
    for (std::size_t size = std::max<std::size_t>(current_.schedule.size() / 2, 1); size > 0; size /= 2) {
      for (std::size_t end = current_.schedule.size(); end > 0;) {
        const std::size_t begin = end > size ? end - size : 0;
        better = attempt_changed([begin, end](Script& s) {
                   s.schedule.erase(s.schedule.begin() + static_cast<std::ptrdiff_t>(begin),
                                    s.schedule.begin() + static_cast<std::ptrdiff_t>(end));
                 }) ||
                 better;
        end = std::min(begin, current_.schedule.size());
      }
    }
    for (std::size_t i = 0; i < current_.schedule.size(); ++i) {
      better = attempt_changed([i](Script& s) { s.schedule[i] = 0; }) || better;
    }
    return better;
  }

  Script current_;
  const std::function<bool(const Script&)>& still_fails_;
  const Budget& budget_;
  std::set<std::string> known_;  // the texts of what was tried, and of the script itself
  int tries_ = 0;
};

}  // namespace

Script shrink(const Script& script, const std::function<bool(const Script&)>& still_fails, const Budget& budget) {
  LOCKSTEP_CHECK(!validate(script));
  return Shrinker(script, still_fails, budget).run();
}

}  // namespace lockstep::script
