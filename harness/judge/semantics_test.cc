#include <gtest/gtest.h>

#include <span>
#include <string>

#include "harness/judge/explain.h"
#include "harness/judge/testing.h"

namespace lockstep::judge {
namespace {

// One observed behaviour: the steps and the outcomes that an implementation showed. `agrees` says whether the bare
// specification of that edition explains it; if not, `policy` must.
struct Row {
  const char* name;
  const char* steps;
  int edition;
  bool agrees;
  spec::Policy policy = spec::Policy::kTimeoutOverflow;
};

constexpr const char* kHead =
    "lock L = Lock()\n"
    "lock R = RLock()\n"
    "process P: a b\n"
    "process Q: c\n";

constexpr Row kArguments[] = {
    {"names, by position or keyword",
     "a: L.acquire(True, None) -> True\nb: L.acquire(block=False, timeout=3) -> False\n", 13, true},
    {"block=None up to 3.11",
     "a: L.acquire(None) -> raises TypeError(\"'NoneType' object cannot be interpreted as an integer\")\n", 11, true},
    {"block=None from 3.12 does not block", "a: L.acquire() -> True\nb: L.acquire(None) -> False\n", 12, true},
    {"block=0.0 from 3.12 does not block", "a: L.acquire() -> True\nb: L.acquire(0.0) -> False\n", 12, true},
    {"block='' of an owned RLock",
     "a: R.acquire() -> True\n"
     "a: R.acquire(\"\") -> raises TypeError(\"'str' object cannot be interpreted as an integer\")\n",
     11, true},
    {"block='x' from 3.12 blocks", "a: L.acquire() -> True\nb: L.acquire(\"x\") -> blocks\n", 12, true},
    {"block=2**31 up to 3.11",
     "a: L.acquire(2**31) -> raises OverflowError(\"Python int too large to convert to C int\")\n", 11, true},
    {"block=2**31 up to 3.9",
     "a: L.acquire(2**31) -> raises OverflowError(\"signed integer is greater than maximum\")\n", 8, true},
    {"block=2**31 from 3.12", "a: L.acquire(2**31) -> True\n", 12, true},
    {"block=256 is not cut to a byte", "a: L.acquire(256) -> True\nb: L.acquire(256) -> blocks\n", 11, true},
    {"block=-1 blocks", "a: L.acquire() -> True\nb: L.acquire(-1) -> blocks\n", 11, true},
    {"a timeout in the place of block, 3.11",
     "a: L.acquire(0.1) -> raises TypeError(\"'float' object cannot be interpreted as an integer\")\n", 11, true},
    {"a timeout in the place of block, 3.8",
     "a: L.acquire(0.1) -> raises TypeError(\"integer argument expected, got float\")\n", 8, true},
    {"a timeout in the place of block, 3.12", "a: L.acquire() -> True\nb: L.acquire(0.1) -> blocks\n", 12, true},
    {"and no timeout there", "a: L.acquire() -> True\nb: L.acquire(0.1) -> blocks\npause 1\nb: returns False\n", 12,
     false},
    {"timeout=True is a second",
     "a: L.acquire() -> True\nb: L.acquire(timeout=True) -> blocks\npause 2\nb: returns False\n", 13, true},
    {"timeout=False is none", "a: L.acquire() -> True\nb: L.acquire(timeout=False) -> False\n", 13, true},
    {"timeout=-inf", "a: L.acquire() -> True\nb: L.acquire(timeout=-inf) -> False\n", 13, true},
    {"timeout=-inf that blocks", "a: L.acquire() -> True\nb: L.acquire(timeout=-inf) -> blocks\n", 13, false},
    {"timeout=-0.0", "a: L.acquire() -> True\nb: L.acquire(timeout=-0.0) -> False\n", 13, true},
    {"timeout=5e-324", "a: L.acquire() -> True\nb: L.acquire(timeout=5e-324) -> False\n", 13, true},
    {"a timeout <= 0 of a free lock", "a: L.acquire(timeout=-1) -> True\nb: R.acquire(timeout=0) -> True\n", 13, true},
    {"timeout='x', free", "a: L.acquire(timeout=\"x\") -> raises TypeError(\"must be real number, not str\")\n", 13,
     true},
    {"timeout='x', not blocking", "a: L.acquire(False, \"x\") -> raises TypeError(\"must be real number, not str\")\n",
     13, true},
    {"timeout=10**400",
     "a: L.acquire(timeout=10**400) -> raises OverflowError(\"int too large to convert to float\")\n", 13, true},
    {"timeout=nan, free", "a: L.acquire(timeout=nan) -> True\n", 13, true},
    {"timeout=nan, not blocking", "a: L.acquire() -> True\nb: L.acquire(False, nan) -> False\n", 13, true},
    {"timeout=nan, held",
     "a: L.acquire() -> True\nb: L.acquire(timeout=nan) -> raises OSError(\"[Errno 22] Invalid "
     "argument\")\n",
     13, false},
    {"timeout=1e20, held", "a: L.acquire() -> True\nb: L.acquire(timeout=1e20) -> raises OSError\n", 13, false},
    {"timeout=inf, held: blocks", "a: L.acquire() -> True\nb: L.acquire(timeout=inf) -> blocks\n", 13, true},
    {"a sum of seconds that overflows",
     "a: L.acquire() -> True\nb: L.acquire(timeout=9.223372036854773760e18) -> False\n", 13, false},
    {"just below that", "a: L.acquire() -> True\nb: L.acquire(timeout=9.2233720347e18) -> blocks\n", 13, true},
    {"an owned RLock does not look at its timeout",
     "a: R.acquire() -> True\na: R.acquire(timeout=\"x\") -> True\na: R.acquire(timeout=10**400) -> True\n", 13, true},
    {"block=False ignores a timeout", "a: L.acquire() -> True\nb: L.acquire(False, 5) -> False\n", 13, true},
};

constexpr Row kOwnership[] = {
    {"release of a free Lock changes nothing",
     "a: L.release() -> raises ValueError(\"semaphore or lock released too many times\")\na: L.acquire() -> True\n", 13,
     true},
    {"released by another thread", "a: L.acquire() -> True\nb: L.release() -> None\nc: L.acquire(False) -> True\n", 13,
     true},
    {"released by another process: the names go wrong",
     "a: L.acquire() -> True\nc: L.release() -> None\na: repr(L) -> \"<Lock(owner=MainProcess)>\"\n", 13, false,
     spec::Policy::kStaleOwnerRepr},
    {"and stay so",
     "a: L.acquire() -> True\nc: L.release() -> None\na: L.acquire() -> True\na: L.release() -> None\n"
     "a: repr(L) -> \"<Lock(owner=MainProcess)>\"\n",
     13, false, spec::Policy::kStaleOwnerRepr},
    {"or are right", "a: L.acquire() -> True\nc: L.release() -> None\na: repr(L) -> \"<Lock(owner=None)>\"\n", 13,
     true},
    {"release of an RLock by others",
     "a: R.release() -> raises AssertionError(\"attempt to release recursive lock not owned by thread\")\n"
     "a: R.acquire() -> True\n"
     "b: R.release() -> raises AssertionError(\"attempt to release recursive lock not owned by thread\")\n"
     "c: R.release() -> raises AssertionError(\"attempt to release recursive lock not owned by thread\")\n",
     13, true},
    {"recursion",
     "a: R.acquire() -> True\na: R.acquire(False) -> True\na: R.acquire(timeout=0) -> True\n"
     "a: repr(R) -> \"<RLock(MainProcess, 3)>\"\nb: repr(R) -> \"<RLock(SomeOtherThread, nonzero)>\"\n"
     "c: repr(R) -> \"<RLock(SomeOtherProcess, nonzero)>\"\n",
     13, true},
    {"a Lock is not recursive", "a: L.acquire() -> True\na: L.acquire() -> True\n", 13, false},
    {"release(1)", "a: L.release(1) -> raises TypeError(\"SemLock.release() takes no arguments (1 given)\")\n", 13,
     true},
    {"release(1) up to 3.9", "a: L.release(1) -> raises TypeError(\"release() takes no arguments (1 given)\")\n", 8,
     true},
    {"the owner thread dies", "a: R.acquire() -> True\nb: R.acquire(False) -> False\n", 13, true},
    {"a new thread has its id",
     "b: R.acquire() -> True\nexit b\nstart thread d in P\nd: R.acquire(False) -> True\nd: R.release() -> None\n", 13,
     false, spec::Policy::kThreadIdReuse},
};

constexpr Row kProcesses[] = {
    {"a started Process owns nothing",
     "a: R.acquire() -> True\na: L.acquire() -> True\nstart process S: d from a\nd: R.acquire(timeout=0) -> False\n"
     "d: R.release() -> raises AssertionError(\"attempt to release recursive lock not owned by thread\")\n"
     "d: L.release() -> None\n",
     13, true},
    {"a Process that exits keeps what it held", "c: R.acquire() -> True\nexit c\na: R.acquire(False) -> False\n", 13,
     true},
    {"as one that is killed", "c: L.acquire() -> True\nkill Q\na: L.acquire(False) -> False\na: L.release() -> None\n",
     13, true},
    {"a killed one that gave it back", "c: L.acquire() -> True\nkill Q\na: L.acquire(False) -> True\n", 13, false},
    {"a raw fork owns the RLock",
     "c: R.acquire() -> True\nfork c as d\nd: R.acquire(False) -> True\nd: R.release() -> None\nd: R.release() -> "
     "None\n"
     "c: R.release() -> None\na: R.acquire(False) -> True\nb: R.acquire(False) -> True\n",
     13, false, spec::Policy::kForkInheritsRLock},
    {"or does not",
     "c: R.acquire() -> True\nfork c as d\nd: R.acquire(False) -> False\n"
     "d: R.release() -> raises AssertionError(\"attempt to release recursive lock not owned by thread\")\n",
     13, true},
    {"a raw fork with a Lock",
     "c: L.acquire() -> True\nfork c as d\nd: L.acquire(False) -> False\nd: L.release() -> None\n", 13, true},
    {"and its repr", "c: L.acquire() -> True\nfork c as d\nd: repr(L) -> \"<Lock(owner=MainProcess)>\"\n", 13, true},
    {"a Process below a spawned one owns it too",
     "c: R.acquire() -> True\nstart process S: d from c\nd: R.acquire(False) -> True\n", 13, false,
     spec::Policy::kForkBelowSpawnInherits},
    {"no locked() before 3.14", "a: L.locked() -> raises AttributeError(\"'Lock' object has no attribute 'locked'\")\n",
     11, true},
    {"locked() sees every process", "c: L.acquire() -> True\na: L.locked() -> True\n", 14, true},
    {"a handler that returns",
     "c: L.acquire() -> True\na: L.acquire(timeout=1) -> blocks\npause 0.5\nsignal a returns\n"
     "pause 1\na: returns False\n",
     13, true},
    {"a handler that raises",
     "c: L.acquire() -> True\na: L.acquire() -> blocks\nsignal a raises\n"
     "a: returns raises SignalRaised(\"signal\")\nc: L.release() -> None\nc: L.acquire(False) -> True\n",
     13, true},
    {"a handler that is not heard", "c: L.acquire() -> True\na: L.acquire() -> blocks\nsignal a raises\npause 1\n", 13,
     false},
    {"stopped past its deadline",
     "a: L.acquire() -> True\nc: L.acquire(timeout=1) -> blocks\nstop Q\npause 2\ncontinue Q\nc: returns False\n", 13,
     true},
    {"the clock is stepped", "a: L.acquire() -> True\nc: L.acquire(timeout=1) -> blocks\nclock +5\nc: returns False\n",
     13, false, spec::Policy::kWallClockDeadline},
};

spec::Options options_of(const Row& row) {
  spec::Options options;
  options.edition.minor = row.edition;
  options.has_locked = row.edition >= 14;
  return options;
}

void check(std::span<const Row> rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const model::Script script = parsed(std::string(kHead) + row.steps);
    const trace::Trace trace = spelled_trace(script);
    spec::Options options = options_of(row);
    const Finding finding = explain(script, trace, options);
    EXPECT_EQ(finding.verdict, row.agrees ? Verdict::kAgree : Verdict::kDiverge)
        << finding.clause << ": expected " << finding.expected << ", observed " << finding.observed;
  }
}

void check_policies(std::span<const Row> rows) {
  for (const Row& row : rows) {
    const bool has_policy = !row.agrees && (row.policy != spec::Policy::kTimeoutOverflow ||
                                            std::string(row.steps).find("OSError") != std::string::npos);
    if (has_policy) {
      SCOPED_TRACE(row.name);
      const model::Script script = parsed(std::string(kHead) + row.steps);
      spec::Options options = options_of(row);
      options.policies = options.policies.with(row.policy);
      const Finding finding = explain(script, spelled_trace(script), options);
      EXPECT_EQ(finding.verdict, Verdict::kAgree)
          << finding.clause << ": expected " << finding.expected << ", observed " << finding.observed;
    }
  }
}

TEST(SemanticsTest, Arguments) { check(kArguments); }
TEST(SemanticsTest, Ownership) { check(kOwnership); }
TEST(SemanticsTest, Processes) { check(kProcesses); }

TEST(SemanticsTest, PoliciesExplainWhatTheSpecificationDoesNot) {
  check_policies(kArguments);
  check_policies(kOwnership);
  check_policies(kProcesses);
}

}  // namespace
}  // namespace lockstep::judge
