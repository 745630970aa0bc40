#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "harness/spec/coverage.h"
#include "harness/spec/step.h"

namespace lockstep::spec {
namespace {

using model::LockKind;
using model::Method;

constexpr int kActors = 3;
constexpr int kDepthMax = 3;

model::Script small_world(LockKind kind) {
  model::Script script;
  script.locks = {{"L", kind}};
  script.processes = {{"P", false}, {"Q", false}};
  script.actors = {{"a", 0, true, false}, {"b", 0, false, false}, {"c", 1, true, false}};
  return script;
}

std::vector<model::Call> calls() {
  std::vector<model::Call> all;
  all.push_back({0, Method::kAcquire, {}, false});
  all.push_back({0, Method::kAcquire, {{"", "False"}}, false});
  all.push_back({0, Method::kAcquire, {{"timeout", "1"}}, false});
  all.push_back({0, Method::kAcquire, {{"timeout", "0"}}, false});
  all.push_back({0, Method::kRelease, {}, false});
  all.push_back({0, Method::kLocked, {}, false});
  all.push_back({0, Method::kWith, {}, false});
  return all;
}

// A blocked call: which, and how it found the lock.
struct Blocked {
  int call = -1;
  Situation found;
};

struct Scene {
  LockState lock;
  std::array<Blocked, kActors> blocked;

  [[nodiscard]] auto key() const {
    std::array<int, kActors> waits{};
    for (std::size_t i = 0; i < blocked.size(); ++i) {
      const Situation& found = blocked[i].found;
      waits[i] = blocked[i].call < 0
                     ? -1
                     : ((blocked[i].call * 4 + static_cast<int>(found.relation)) * 2 + found.deep) * 2 + found.waiters;
    }
    return std::tuple(lock.value, lock.holder, lock.count, lock.owner, waits);
  }
};

class Explorer {
 public:
  explicit Explorer(LockKind kind) : world_(small_world(kind)) {
    for (const model::Call& call : calls()) {
      requests_.push_back(read_call(call, kind, options_).value());
    }
  }

  std::vector<Situation> explore() {
    visit({});
    while (!todo_.empty()) {
      const Scene scene = todo_.back();
      todo_.pop_back();
      for (int actor = 0; actor < kActors; ++actor) {
        if (scene.blocked[static_cast<std::size_t>(actor)].call >= 0) {
          resume(scene, actor, Deadline::kPassed);
        } else {
          for (int call = 0; call < static_cast<int>(requests_.size()); ++call) {
            invoke(scene, actor, call);
          }
        }
      }
    }
    return found_;
  }

 private:
  void visit(const Scene& scene) {
    if (seen_.insert(scene.key()).second) {
      todo_.push_back(scene);
    }
  }

  void invoke(Scene scene, int actor, int call) {
    const Request& request = requests_[static_cast<std::size_t>(call)];
    const bool waiters =
        std::any_of(scene.blocked.begin(), scene.blocked.end(), [](const Blocked& b) { return b.call >= 0; });
    const Situation found = situate(world_, scene.lock, request, actor, waiters);
    if (request.method != Method::kRelease && depth(world_, scene.lock, actor) == kDepthMax) {
      return;
    }
    Blocked& blocked = scene.blocked[static_cast<std::size_t>(actor)];
    blocked = {call, found};
    State state;
    state.locks[0] = scene.lock;
    Transitions next;
    step(world_, state, actor, request, {Phase::kStart, Reply::kOpen, 0}, {}, options_, next);
    if (next.empty()) {
      report(found, Ending::kStaysBlocked);
      visit(scene);
      return;
    }
    for (const Transition& transition : next) {
      blocked = {};
      finish(scene, actor, request, found, transition, false);
    }
  }

  // The blocked call goes on, if it can; at the deadline, if it has one.
  bool resume(const Scene& scene, int actor, Deadline deadline) {
    const Blocked& blocked = scene.blocked[static_cast<std::size_t>(actor)];
    const Request& request = requests_[static_cast<std::size_t>(blocked.call)];
    State state;
    state.locks[0] = scene.lock;
    Transitions next;
    step(world_, state, actor, request, {Phase::kStart, Reply::kOpen, 0}, {deadline}, options_, next);
    for (const Transition& transition : next) {
      Scene after = scene;
      after.blocked[static_cast<std::size_t>(actor)] = {};
      finish(after, actor, request, blocked.found, transition, true);
    }
    return !next.empty();
  }

  void finish(Scene scene, int actor, const Request& request, const Situation& found, Transition transition,
              bool blocked) {
    while (transition.progress.phase != Phase::kDone) {
      Transitions next;
      step(world_, transition.state, actor, request, transition.progress, {}, options_, next);
      LOCKSTEP_CHECK(next.size() == 1);
      const Transition following = next[0];
      transition = following;
    }
    report(found, ending(transition.progress.reply, blocked));
    scene.lock = transition.state.locks[0];
    bool quiet = true;
    for (int other = 0; other < kActors; ++other) {
      if (scene.blocked[static_cast<std::size_t>(other)].call >= 0 && resume(scene, other, Deadline::kAhead)) {
        quiet = false;
      }
    }
    if (quiet) {
      visit(scene);
    }
  }

  static Ending ending(Reply reply, bool blocked) {
    switch (reply) {
      case Reply::kTrue:
        return blocked ? Ending::kBlocksThenTrue : Ending::kTrue;
      case Reply::kFalse:
        return blocked ? Ending::kBlocksThenFalse : Ending::kFalse;
      case Reply::kReleasedTooOften:
        return Ending::kValueError;
      case Reply::kNotOwner:
        return Ending::kAssertionError;
      default:
        LOCKSTEP_CHECK(reply == Reply::kNone);
        return blocked ? Ending::kBlocksThenNone : Ending::kNone;
    }
  }

  void report(Situation found, Ending how) {
    found.ending = how;
    found_.push_back(found);
  }

  const World world_;
  const Options options_;
  std::vector<Request> requests_;
  std::set<decltype(Scene().key())> seen_;
  std::vector<Scene> todo_;
  std::vector<Situation> found_;
};

}  // namespace

std::vector<Situation> explore_situations() {
  std::vector<Situation> all = Explorer(LockKind::kLock).explore();
  const std::vector<Situation> more = Explorer(LockKind::kRLock).explore();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace lockstep::spec
