#include "fuzz/support/situations.h"

#include <algorithm>
#include <bit>

namespace lockstep::fuzz {
namespace {

// libFuzzer takes every byte of this section for a counter; other engines leave it alone.
constexpr std::size_t kCalls = 2160;
constexpr std::size_t kSituations = kCalls + 24;
constexpr std::size_t kPairs = 1024;
__attribute__((used, section("__libfuzzer_extra_counters"))) std::uint8_t counters[kSituations + kPairs];

// The endings of a call besides what model::OutcomeKind has: 8 of them.
constexpr unsigned kBlocks = 8;

enum class Relation : std::uint8_t { kFree, kMine, kMineDeep, kMyProcess, kOther };

// Calls that differ in kind: with and without a timeout, one that may not wait, and so on.
unsigned kind_of(const model::Call& call) {
  const bool may_not_block = !call.arguments.empty() && call.arguments[0].spelling == "False";
  const auto arguments = static_cast<unsigned>(std::min<std::size_t>(call.arguments.size(), 1));
  switch (call.method) {
    case model::Method::kAcquire:
      return may_not_block ? 2 : arguments;
    case model::Method::kRelease:
      return 3;
    case model::Method::kLocked:
      return 4;
    case model::Method::kWith:
      return call.body_raises ? 6 : 5;
    case model::Method::kRepr:
      break;
  }
  return 7;
}

// None, one, or more.
unsigned few(unsigned actors) { return static_cast<unsigned>(std::min(std::popcount(actors), 2)); }

// Whether, not how often: libFuzzer would take every order of magnitude for another feature.
void count_one(std::size_t index) { counters[index] = 1; }

}  // namespace

void Situations::count_call(const model::Script& script, const model::Step& step, int actor, unsigned ending) {
  const Lock& lock = locks_[static_cast<std::size_t>(step.call.lock)];
  const auto process = [&script](int of) { return script.actors[static_cast<std::size_t>(of)].process; };
  const Relation relation = lock.holder < 0        ? Relation::kFree
                            : lock.holder == actor ? lock.depth > 1 ? Relation::kMineDeep : Relation::kMine
                            : process(lock.holder) == process(actor) ? Relation::kMyProcess
                                                                     : Relation::kOther;
  const auto kind = static_cast<unsigned>(script.locks[static_cast<std::size_t>(step.call.lock)].kind);
  unsigned situation = kind * 5 + static_cast<unsigned>(relation);
  situation = situation * 3 + few(lock.waiting);
  count(static_cast<unsigned>((situation * 8 + kind_of(step.call)) * 9 + ending));
}

void Situations::count(unsigned situation) {
  count_one(situation);
  count_one(kSituations + (before_ * 31 + situation) % kPairs);
  before_ = situation;
}

// A process dies: what it held and waited for, and who else waits.
void Situations::count_death(const model::Script& script, int process) {
  unsigned of_process = 0;
  for (std::size_t actor = 0; actor < script.actors.size(); ++actor) {
    of_process |= script.actors[actor].process == process ? 1U << actor : 0;
  }
  for (std::size_t index = 0; index < script.locks.size(); ++index) {
    Lock& lock = locks_[index];
    const bool held = lock.holder >= 0 && (of_process >> lock.holder & 1U) != 0;
    const bool waited = (lock.waiting & of_process) != 0;
    lock.waiting &= ~of_process;
    const auto kind = static_cast<unsigned>(script.locks[index].kind);
    const unsigned relation = kind * 4 + (held ? 2 : 0) + (waited ? 1 : 0);
    if (held || waited || lock.waiting != 0) {
      count(static_cast<unsigned>(kCalls) + relation * 3 + few(lock.waiting));
    }
  }
}

void Situations::observe(const model::Script& script, const trace::Trace& trace) {
  locks_.fill({});
  before_ = 0;
  for (const trace::Event& event : trace.events) {
    if (event.step < 0) {
      continue;
    }
    const model::Step& step = script.steps[static_cast<std::size_t>(event.step)];
    if (step.kind == model::StepKind::kKill && event.kind == trace::EventKind::kDone) {
      count_death(script, step.process);
    }
    if (step.kind != model::StepKind::kCall || event.actor < 0) {
      continue;
    }
    const unsigned caller = 1U << static_cast<unsigned>(event.actor);
    Lock& lock = locks_[static_cast<std::size_t>(step.call.lock)];
    if (event.kind == trace::EventKind::kBlocked) {
      count_call(script, step, event.actor, kBlocks);
      lock.waiting |= caller;
    } else if (event.kind == trace::EventKind::kReturned) {
      count_call(script, step, event.actor, static_cast<unsigned>(event.outcome.kind));
      lock.waiting &= ~caller;
      const bool took = step.call.method == model::Method::kAcquire && event.outcome.kind == model::OutcomeKind::kTrue;
      const bool gave = step.call.method == model::Method::kRelease && event.outcome.kind == model::OutcomeKind::kNone;
      if (took) {
        lock.depth = lock.holder == event.actor ? lock.depth + 1 : 1;
        lock.holder = event.actor;
      } else if (gave && --lock.depth <= 0) {
        lock = {-1, 0, lock.waiting};
      }
    }
  }
}

}  // namespace lockstep::fuzz
