#include "harness/spec/clause.h"

#include <array>
#include <cstddef>

namespace lockstep::spec {
namespace {

using enum Clause;
using enum Level;

constexpr std::array kClauses = {
    ClauseInfo{kAcquireFree, "acquire.free", kMust, true, true, "acquire takes a free lock and returns True"},
    ClauseInfo{kAcquireHeld, "acquire.held", kMust, true, true, "acquire blocks while the lock is held"},
    ClauseInfo{kAcquireWakes, "acquire.wakes", kMust, true, true, "a blocked acquire takes the lock once it is free"},
    ClauseInfo{kAcquireRecursive, "acquire.recursive", kMust, false, true, "the owner acquires again, never blocking"},
    ClauseInfo{kAcquireNonblocking, "acquire.nonblocking", kMust, true, true,
               "with block=False acquire returns False if the lock is held, whatever the timeout"},
    ClauseInfo{kAcquireTimeoutPositive, "acquire.timeout-positive", kMust, true, true,
               "a positive timeout blocks for at most that long, then returns False"},
    ClauseInfo{kAcquireTimeoutZero, "acquire.timeout-zero", kMust, true, true, "a timeout of zero does not block"},
    ClauseInfo{kAcquireTimeoutNegative, "acquire.timeout-negative", kMust, true, true,
               "a negative timeout is equivalent to zero"},
    ClauseInfo{kAcquireTimeoutInfinite, "acquire.timeout-infinite", kObserved, true, true,
               "a timeout beyond any clock, of which the documentation says nothing, blocks until the lock is free"},
    ClauseInfo{kAcquireTimeoutNan, "acquire.timeout-nan", kObserved, true, true, "a wait for nan seconds is an error"},
    ClauseInfo{kAcquireTimeoutType, "acquire.timeout-type", kObserved, true, true,
               "a timeout that is no number is a TypeError, even if it is not needed"},
    ClauseInfo{kAcquireTimeoutOverflow, "acquire.timeout-overflow", kObserved, true, true,
               "an int too large for a float is an OverflowError, even if it is not needed"},
    ClauseInfo{kAcquireOwnedTimeout, "acquire.owned-timeout", kObserved, false, true,
               "the owner's timeout is not looked at"},
    ClauseInfo{kAcquireBlockType, "acquire.block-type", kObserved, true, true,
               "block is a C int up to 3.11, a truth value from 3.12"},
    ClauseInfo{kAcquireSignature, "acquire.signature", kShould, true, true, "acquire(block=True, timeout=None)"},
    ClauseInfo{kReleaseHeld, "release.held", kMust, true, false, "release of a held lock frees it and returns None"},
    ClauseInfo{kReleaseAnyThread, "release.any-thread", kMust, true, false, "any thread may release it"},
    ClauseInfo{kReleaseAnyProcess, "release.any-process", kMust, true, false, "any process may release it"},
    ClauseInfo{kReleaseUnlocked, "release.unlocked", kMust, true, true,
               "release of an unlocked lock raises ValueError; of an RLock, AssertionError"},
    ClauseInfo{kReleaseOwner, "release.owner", kMust, false, true, "the owner's last release frees it"},
    ClauseInfo{kReleaseNested, "release.nested", kMust, false, true, "an inner release lowers the recursion level"},
    ClauseInfo{kReleaseNotOwner, "release.not-owner", kMust, false, true,
               "release by another than the owner raises AssertionError"},
    ClauseInfo{kReleaseSignature, "release.signature", kShould, true, true, "release takes no arguments"},
    ClauseInfo{kWithReturns, "with.returns", kMust, true, true, "with acquires, runs its body and releases"},
    ClauseInfo{kWithBodyRaises, "with.body-raises", kMust, true, true, "the body's exception propagates, released"},
    ClauseInfo{kLockedValue, "locked.value", kMust, true, true, "locked() tells whether anyone holds it"},
    ClauseInfo{kLockedAbsent, "locked.absent", kObserved, true, true, "there is no locked() before 3.14"},
    ClauseInfo{kReprOwner, "repr.owner", kObserved, true, true, "repr names the owner"},
    ClauseInfo{kSignalRaises, "signal.raises", kShould, true, true,
               "a handler that raises ends the wait with its exception, the lock untouched"},
    ClauseInfo{kLifecycle, "lifecycle.step", kMust, true, true, "threads, processes and forks start, signals arrive"},
    ClauseInfo{kCallEnds, "call.ends", kMust, true, true, "a call returns, raises or blocks"},
    ClauseInfo{kHistory, "history.linearizable", kMust, true, true,
               "concurrent calls take effect one at a time, each between its call and its return"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kClauses.size(); ++i) {
    if (kClauses[i].clause != static_cast<Clause>(i)) {
      return false;
    }
  }
  return true;
}
static_assert(in_order());
static_assert(kClauses.size() == static_cast<std::size_t>(kHistory) + 1);

}  // namespace

std::span<const ClauseInfo> clauses() { return kClauses; }

std::string id(Clause clause, model::LockKind kind) {
  return (kind == model::LockKind::kLock ? "lock." : "rlock.") +
         std::string(kClauses[static_cast<std::size_t>(clause)].suffix);
}

Level level(Clause clause) { return kClauses[static_cast<std::size_t>(clause)].level; }

}  // namespace lockstep::spec
