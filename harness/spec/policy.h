#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep::spec {

// A way in which an implementation is known to leave the documentation. A policy only ever adds behaviours to the
// specification, so whatever is explained without it is explained with it, and a trace can be judged to its end after a
// known divergence.
enum class Policy : std::uint8_t {
  kTimeoutOverflow,         // must wait with nan, inf or some 2**63 s: OSError(EINVAL), or False at once
  kWallClockDeadline,       // a step of the wall clock moves the deadlines of waits
  kForkInheritsRLock,       // the child of a raw os.fork also owns the forking thread's RLocks; value may become 2
  kForkBelowSpawnInherits,  // so does a Process forked below a spawned one
  kThreadIdReuse,           // a new thread may own the RLocks of a dead thread of its process
  kTwoStepRelease,          // release looks first and posts later: two racing releases may both succeed
  kStaleOwnerRepr,          // repr goes wrong for good once a Lock was released by another process
  kTimeoutWraps,            // must wait with nan, or not at all with some -2**63 s: waits until the lock is free
  kSignalLeaksWith,         // a handler that raises between acquiring and the body of `with` leaves the lock held
};
inline constexpr int kPolicies = 9;

// "timeout-overflow", ...: stable, used in expectation files.
[[nodiscard]] std::string_view name(Policy policy);

[[nodiscard]] std::optional<Policy> find_policy(std::string_view name);

class PolicySet {
 public:
  constexpr PolicySet() = default;

  [[nodiscard]] constexpr bool has(Policy policy) const { return (bits_ & bit(policy)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr PolicySet with(Policy policy) const { return PolicySet(bits_ | bit(policy)); }
  [[nodiscard]] constexpr PolicySet without(Policy policy) const { return PolicySet(bits_ & ~bit(policy)); }
  bool operator==(const PolicySet&) const = default;

 private:
  constexpr explicit PolicySet(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t bit(Policy policy) { return 1U << static_cast<std::uint32_t>(policy); }

  std::uint32_t bits_ = 0;
};

}  // namespace lockstep::spec
