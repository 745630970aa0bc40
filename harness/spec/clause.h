#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/model/script.h"

namespace lockstep::spec {

// How binding a clause is. What is kObserved is true of CPython and promised nowhere.
enum class Level : std::uint8_t { kMust, kShould, kObserved };

// The clauses of the specification, one for each kind of transition. Their meaning stands in the table of clause.cc;
// the source is https://docs.python.org/3/library/multiprocessing.html, #multiprocessing.Lock and
// #multiprocessing.RLock, and for kObserved clauses CPython's Modules/_multiprocessing/semaphore.c.
enum class Clause : std::uint8_t {
  kAcquireFree,
  kAcquireHeld,
  kAcquireWakes,
  kAcquireRecursive,
  kAcquireNonblocking,
  kAcquireTimeoutPositive,
  kAcquireTimeoutZero,
  kAcquireTimeoutNegative,
  kAcquireTimeoutInfinite,
  kAcquireTimeoutNan,
  kAcquireTimeoutType,
  kAcquireTimeoutOverflow,
  kAcquireOwnedTimeout,
  kAcquireBlockType,
  kAcquireSignature,
  kReleaseHeld,
  kReleaseAnyThread,
  kReleaseAnyProcess,
  kReleaseUnlocked,
  kReleaseOwner,
  kReleaseNested,
  kReleaseNotOwner,
  kReleaseSignature,
  kWithReturns,
  kWithBodyRaises,
  kLockedValue,
  kLockedAbsent,
  kReprOwner,
  kSignalRaises,
  kLifecycle,
  kCallEnds,
  kHistory,
};

struct ClauseInfo {
  Clause clause;
  std::string_view suffix;
  Level level;
  bool of_lock;
  bool of_rlock;
  std::string_view text;
};

// Every clause, in the order of the enumeration.
[[nodiscard]] std::span<const ClauseInfo> clauses();

// "lock.acquire.timeout-negative": stable.
[[nodiscard]] std::string id(Clause clause, model::LockKind kind);

[[nodiscard]] Level level(Clause clause);

}  // namespace lockstep::spec
