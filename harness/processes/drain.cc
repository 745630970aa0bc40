#include "harness/processes/drain.h"

#include "harness/cell/layout.h"

namespace lockstep::processes {
namespace {

using model::Call;
using model::Method;
using model::OutcomeKind;

// More than the depth that any script reaches, and a bound for a lock whose release() never fails.
constexpr int kReleasesMax = 40;

int actors_of(const RealRun& run) { return static_cast<int>(run.script().actors.size()); }

// Every idle actor releases what it can. Tells whether any release succeeded.
bool release_all(RealRun& run) {
  bool any = false;
  for (const int lock : run.locks()) {
    for (int actor = 0; actor < actors_of(run); ++actor) {
      for (int released = 0; released < kReleasesMax && run.is_idle(actor); ++released) {
        if (run.call_outside(actor, lock, {0, Method::kRelease, {}, false}) != OutcomeKind::kNone) {
          break;
        }
        any = true;
      }
    }
  }
  return any;
}

bool is_free(RealRun& run, int lock) {
  for (int actor = 0; actor < actors_of(run); ++actor) {
    if (run.is_idle(actor)) {
      const Call try_acquire{0, Method::kAcquire, {{"", "False"}}, false};
      return run.call_outside(actor, lock, try_acquire) == OutcomeKind::kTrue &&
             run.call_outside(actor, lock, {0, Method::kRelease, {}, false}) == OutcomeKind::kNone;
    }
  }
  return false;
}

}  // namespace

std::vector<int> drain(RealRun& run) {
  cell::Cell& cell = run.family().cell();
  for (int process = 0; process < cell::kProcessesMax; ++process) {
    if (cell.stopped[process]) {
      cell.dirty[process] = 1;
    }
  }
  for (int rounds = 0; rounds < cell::kActorsMax && release_all(run) && run.has_open_calls(); ++rounds) {
    run.settle();
  }
  if (run.has_open_calls()) {
    for (const model::ActorDeclaration& actor : run.script().actors) {
      cell.dirty[actor.process] = 1;
    }
    return {};
  }
  std::vector<int> free;
  for (const int lock : run.locks()) {
    if (is_free(run, lock)) {
      free.push_back(lock);
    }
  }
  return free;
}

}  // namespace lockstep::processes
