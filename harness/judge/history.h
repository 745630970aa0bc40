#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace lockstep::judge {

// What a call on a lock proved, by its result.
enum class Deed : std::uint8_t {
  kAcquired,  // acquire returned True
  kRefused,   // acquire returned False at once or after its timeout, or locked() returned True: it was held
  kReleased,  // release returned
  kRejected,  // release raised, or locked() returned False: it was free, or of an RLock not the client's
};

inline constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

// One call. Calls and returns are moments of one total order, taken as distinct tickets, so the interval is closed: the
// deed was done at some moment after `called` and before `returned`. A call that never returned may have done it, at
// any moment after `called`, or not; only kAcquired and kReleased are recorded of such.
struct Operation {
  std::uint32_t client = 0;
  Deed deed = Deed::kAcquired;
  std::uint32_t called = 0;
  std::uint32_t returned = kNever;
};

// All calls on one lock, which begins free, in any order.
using History = std::vector<Operation>;

struct HistoryVerdict {
  bool linearizable = true;
  std::size_t operation = 0;  // the first that can't be placed
  std::string_view reason;    // static text
};

// Each moment of a history and whose it is, in order. REQUIRES: moments are distinct; few numbers are left out.
struct Moments {
  static constexpr std::uint32_t kReturn = 1;

  explicit Moments(const History& history);

  std::vector<std::uint32_t> marks;  // operation * 2, + kReturn for its return; kNever where nothing happened
};

}  // namespace lockstep::judge
