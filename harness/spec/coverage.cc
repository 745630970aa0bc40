#include "harness/spec/coverage.h"

#include <array>

#include "harness/base/check.h"

namespace lockstep::spec {
namespace {

using model::LockKind;
using model::Method;

constexpr std::array kCalls = {
    "acquire()", "acquire(False)", "acquire(timeout > 0)", "acquire(timeout <= 0)", "release()", "locked()", "with",
};
constexpr std::array kEndings = {
    "returns True",
    "returns False",
    "returns None",
    "blocks, then returns True",
    "blocks, then returns False",
    "blocks, then returns None",
    "stays blocked",
    "raises ValueError",
    "raises AssertionError",
};

}  // namespace

std::string to_string(const Situation& situation) {
  constexpr std::array kRelations = {" free", " held by the caller", " held by another thread of the process",
                                     " held by another process"};
  std::string text = situation.kind == LockKind::kLock ? "Lock" : "RLock";
  text += kRelations[static_cast<std::size_t>(situation.relation)];
  text += situation.deep ? " more than once" : "";
  text += situation.waiters ? ", with waiters: " : ": ";
  text += kCalls[static_cast<std::size_t>(situation.call)];
  return text + " " + kEndings[static_cast<std::size_t>(situation.ending)];
}

CallClass classify(const Request& request) {
  switch (request.method) {
    case Method::kRelease:
      return CallClass::kRelease;
    case Method::kLocked:
      return CallClass::kLocked;
    case Method::kWith:
      return CallClass::kWith;
    case Method::kAcquire:
    case Method::kRepr:
      break;
  }
  LOCKSTEP_CHECK(request.method == Method::kAcquire);
  switch (request.wait) {
    case Wait::kPoll:
      return request.refusal == Clause::kAcquireNonblocking ? CallClass::kNonblocking : CallClass::kTimeoutZero;
    case Wait::kTimed:
      return CallClass::kTimeoutPositive;
    case Wait::kForever:
    case Wait::kNan:
      break;
  }
  return CallClass::kAcquire;
}

Situation situate(const World& world, const LockState& lock, const Request& request, int actor, bool waiters) {
  Situation situation;
  situation.kind = request.kind;
  situation.relation = relation(world, lock, request.kind, actor);
  situation.waiters = waiters;
  situation.call = classify(request);
  for (const std::uint16_t count : lock.count) {
    situation.deep = situation.deep || count > 1;
  }
  return situation;
}

Coverage::Coverage(Edition edition) {
  for (const Situation& situation : explore_situations()) {
    reachable_[index(situation)] = situation.call != CallClass::kLocked || edition.documents_locked();
  }
}

void Coverage::add(const Situation& situation) {
  const std::size_t at = index(situation);
  seen_[at] = seen_[at] || reachable_[at];
}

std::vector<std::string> Coverage::missing() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kSituations; ++i) {
    if (reachable_[i] && !seen_[i]) {
      names.push_back(to_string(situation(i)));
    }
  }
  return names;
}

std::size_t Coverage::index(const Situation& situation) {
  std::size_t at = static_cast<std::size_t>(situation.kind);
  at = at * 4 + static_cast<std::size_t>(situation.relation);
  at = at * 2 + (situation.deep ? 1 : 0);
  at = at * 2 + (situation.waiters ? 1 : 0);
  at = at * kCalls.size() + static_cast<std::size_t>(situation.call);
  return at * kEndings.size() + static_cast<std::size_t>(situation.ending);
}

Situation Coverage::situation(std::size_t at) {
  Situation result;
  result.ending = static_cast<Ending>(at % kEndings.size());
  at /= kEndings.size();
  result.call = static_cast<CallClass>(at % kCalls.size());
  at /= kCalls.size();
  result.waiters = at % 2 != 0;
  result.deep = at / 2 % 2 != 0;
  result.relation = static_cast<Relation>(at / 4 % 4);
  result.kind = static_cast<LockKind>(at / 16);
  return result;
}

}  // namespace lockstep::spec
