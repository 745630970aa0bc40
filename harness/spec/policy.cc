#include "harness/spec/policy.h"

#include <array>
#include <cstddef>

namespace lockstep::spec {
namespace {

constexpr std::array<std::string_view, kPolicies> kNames = {
    "timeout-overflow", "wall-clock-deadline", "fork-inherits-rlock", "fork-below-spawn-inherits", "thread-id-reuse",
    "two-step-release", "stale-owner-repr",    "timeout-wraps",       "signal-leaks-with",
};

}  // namespace

std::string_view name(Policy policy) { return kNames[static_cast<std::size_t>(policy)]; }

std::optional<Policy> find_policy(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) {
      return static_cast<Policy>(i);
    }
  }
  return std::nullopt;
}

}  // namespace lockstep::spec
