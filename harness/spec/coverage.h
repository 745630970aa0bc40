#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/model/script.h"
#include "harness/spec/edition.h"
#include "harness/spec/request.h"
#include "harness/spec/state.h"

namespace lockstep::spec {

enum class CallClass : std::uint8_t {
  kAcquire,
  kNonblocking,
  kTimeoutPositive,
  kTimeoutZero,
  kRelease,
  kLocked,
  kWith
};

enum class Ending : std::uint8_t {
  kTrue,
  kFalse,
  kNone,
  kBlocksThenTrue,
  kBlocksThenFalse,
  kBlocksThenNone,
  kStaysBlocked,
  kValueError,
  kAssertionError,
};

// One call seen from afar: how the caller stood to the lock when it called, and what came of it.
struct Situation {
  model::LockKind kind = model::LockKind::kLock;
  Relation relation = Relation::kFree;
  bool deep = false;     // an RLock held more than once
  bool waiters = false;  // others wait for it
  CallClass call = CallClass::kAcquire;
  Ending ending = Ending::kTrue;
};

// "RLock held by another thread of the process, with waiters: acquire(timeout > 0) blocks, then returns False".
[[nodiscard]] std::string to_string(const Situation& situation);

// The class of a call whose arguments are in order and whose timeout is finite, or kAcquire for those that wait for
// ever. REQUIRES: the request is no repr and has no fault.
[[nodiscard]] CallClass classify(const Request& request);

// How the caller stands to the lock now; ending is left to the caller of this.
[[nodiscard]] Situation situate(const World& world, const LockState& lock, const Request& request, int actor,
                                bool waiters);

// The situations that can arise, found by exploring the specification on a small world (two threads of one process and
// one of another, one lock) at its quiescent points, and which of them have been seen.
class Coverage {
 public:
  // Without locked() for an edition that does not document it.
  explicit Coverage(Edition edition = {});

  // Counts the situation; those that can't arise do not count.
  void add(const Situation& situation);
  void merge(const Coverage& other) { seen_ |= other.seen_; }

  // What was seen as text, to be added to that of another process: a 0 or 1 for each situation.
  [[nodiscard]] std::string seen() const { return seen_.to_string(); }
  void add_seen(const std::string& seen) { seen_ |= Set(seen); }

  [[nodiscard]] std::size_t reachable() const { return reachable_.count(); }
  [[nodiscard]] std::size_t reached() const { return seen_.count(); }

  // Those that can arise and were not seen, by name.
  [[nodiscard]] std::vector<std::string> missing() const;

 private:
  static constexpr std::size_t kSituations = std::size_t{2} * 4 * 2 * 2 * 7 * 9;
  using Set = std::bitset<kSituations>;
  static std::size_t index(const Situation& situation);
  static Situation situation(std::size_t index);

  Set reachable_;
  Set seen_;
};

// Every situation that can arise, in a fixed order.
[[nodiscard]] std::vector<Situation> explore_situations();

}  // namespace lockstep::spec
