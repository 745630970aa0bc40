#include <algorithm>

#include "fuzz/support/histories.h"
#include "fuzz/support/report.h"
#include "fuzz/support/target.h"
#include "harness/judge/brute_force.h"
#include "harness/judge/lock_history.h"
#include "harness/judge/rlock_history.h"

// The fast checkers of histories say of each what the definition says, tried out in every order; whatever order the
// operations are listed in, and with a reason when they refuse.
namespace lockstep::fuzz {
namespace {

using judge::HistoryVerdict;
using model::LockKind;

HistoryVerdict check(const judge::History& history, LockKind kind) {
  return kind == LockKind::kLock ? judge::check_lock_history(history) : judge::check_rlock_history(history);
}

void compare(const judge::History& history, LockKind kind) {
  const char* const clause = kind == LockKind::kLock ? "lock.history" : "rlock.history";
  const HistoryVerdict verdict = check(history, kind);
  const bool right = judge::is_linearizable_by_search(history, kind);
  if (verdict.linearizable != right) {
    report("checker", "brute-force", clause, right ? "refused" : "accepted",
           print(history) + "checker: " + std::string(verdict.reason));
  }
  if (!right && (verdict.reason.empty() || verdict.operation >= history.size())) {
    report("checker", "brute-force", clause, "no-reason", print(history));
  }
  judge::History reversed = history;
  std::reverse(reversed.begin(), reversed.end());
  if (check(reversed, kind).linearizable != right) {
    report("checker", "brute-force", clause, "order-matters", print(history));
  }
}

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) { return print(decode_history(input)); }

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lockstep::judge::History history = fuzz::decode_history({data, size});
  fuzz::compare(history, fuzz::LockKind::kLock);
  fuzz::compare(history, fuzz::LockKind::kRLock);
  return 0;
}
