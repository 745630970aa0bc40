#include "fuzz/support/moves.h"

#include "fuzz/support/plan.h"
#include "harness/base/check.h"
#include "harness/script/parse.h"

namespace lockstep::fuzz {
namespace {

struct Spelled {
  const char* text;
  unsigned needs = 0;
};

// As a script has them, by the actor a on the lock L, or to the process P.
constexpr Spelled kSpelled[] = {
    {"a: L.acquire()"},
    {"a: L.release()"},
    {"a: L.acquire(False)"},
    {"a: L.acquire(timeout=0.5)"},
    {"race"},
    {"end"},
    {"pause 0.5"},
    {"a: L.acquire(timeout=1)"},
    {"a: L.acquire(True, 0.25)"},
    {"a: L.acquire(True, 0)"},
    {"a: L.acquire(timeout=-1)"},
    {"a: with L: body returns"},
    {"a: with L: body raises"},
    {"a: L.locked()", kUnlike},
    {"pause 0.25"},
    {"pause 1"},
    {"pause 0.000001"},
    {"a: L.acquire(timeout=0.000001)"},
    {"a: L.acquire(timeout=0.0000001)"},
    {"a: L.acquire(timeout=3600)"},
    {"pause 3600"},
    {"a: L.acquire(block=True)"},
    {"a: L.acquire(False, 0.5)"},
    {"a: L.acquire(False, None)"},
    {"a: L.acquire(timeout=None)"},
    {"a: L.acquire(timeout=inf)", kUnlike},
    {"a: L.acquire(timeout=1e20)", kUnlike},
    {"a: L.acquire(timeout=-inf)"},
    {"a: L.acquire(timeout=nan)", kUnlike},
    {"a: L.acquire(timeout=True)"},
    {"a: L.acquire(timeout=9223372036.854775)"},
    {"a: L.acquire(timeout=9223372036854775808)", kUnlike},
    {"clock +1"},
    {"clock +3600"},
    {"kill P", kKills},
    {"signal a returns", kSignals},
    {"signal a raises", kSignals},
    {"stop P", kStops},
    {"continue P", kStops},
    {"a: L.acquire(1)", kOddArguments},
    {"a: L.acquire(0)", kOddArguments},
    {"a: L.acquire(None)", kOddArguments},
    {"a: L.acquire(0.5)", kOddArguments},
    {"a: L.acquire(\"\")", kOddArguments},
    {"a: L.acquire(timeout=\"x\")", kOddArguments},
    {"a: L.acquire(timeout=10**400)", kOddArguments},
    {"a: L.acquire(True, 0.5, 1)", kOddArguments},
    {"a: L.acquire(blocking=True)", kOddArguments},
    {"a: L.acquire(True, block=True)", kOddArguments},
    {"a: L.release(1)", kOddArguments},
};

std::vector<Move> read_moves() {
  std::vector<Move> read;
  for (const Spelled& spelled : kSpelled) {
    const std::string text = spelled.text;
    // A race is no race without a call, and has an end.
    const std::string body = text == "race" || text == "end" ? "race\na: L.release()\nend" : text;
    const auto script = script::parse("lock L = Lock()\nprocess P: a\n" + body + "\n", spelled.text);
    LOCKSTEP_CHECK(script.ok());
    Move move{text == "end" ? script.value().steps.back() : script.value().steps.front(), spelled.needs};
    move.step.line = 0;
    read.push_back(std::move(move));
  }
  return read;
}

constexpr Layout kLayouts[] = {
    {2, {0, 1, 0, 0}}, {3, {0, 1, 2, 0}}, {2, {0, 0, 0, 0}}, {3, {0, 0, 1, 0}}, {4, {0, 1, 2, 3}},
    {4, {0, 0, 1, 1}}, {3, {0, 0, 0, 0}}, {4, {0, 0, 1, 2}}, {4, {0, 0, 0, 1}}, {1, {0, 0, 0, 0}},
};

}  // namespace

const std::vector<Move>& moves() {
  static const std::vector<Move> all = read_moves();
  return all;
}

std::span<const Layout> layouts() { return kLayouts; }

std::span<const std::vector<model::LockKind>> lock_sets() {
  using model::LockKind;
  static const std::vector<model::LockKind> sets[] = {
      {LockKind::kLock},
      {LockKind::kRLock},
      {LockKind::kLock, LockKind::kRLock},
      {LockKind::kLock, LockKind::kLock},
      {LockKind::kRLock, LockKind::kRLock},
  };
  return sets;
}

}  // namespace lockstep::fuzz
