#include "fuzz/support/coverage.h"

#include <cstdint>
#include <cstring>
#include <vector>

// The section of Clang's inline 8-bit counters, if there are any.
// NOLINTBEGIN(readability-identifier-naming, bugprone-reserved-identifier): the linker's names
extern "C" {
__attribute__((weak, visibility("hidden"))) extern std::uint8_t __start___sancov_cntrs[];
__attribute__((weak, visibility("hidden"))) extern std::uint8_t __stop___sancov_cntrs[];
}
// NOLINTEND(readability-identifier-naming, bugprone-reserved-identifier)

namespace lockstep::fuzz {
namespace {

std::size_t counters() {
  return __start___sancov_cntrs == nullptr ? 0
                                           : static_cast<std::size_t>(__stop___sancov_cntrs - __start___sancov_cntrs);
}

std::vector<std::uint8_t>& kept() {
  static auto* const all = new std::vector<std::uint8_t>(counters());
  return *all;
}

}  // namespace

UncountedCoverage::UncountedCoverage() {
  if (!kept().empty()) {
    std::memcpy(kept().data(), __start___sancov_cntrs, kept().size());
  }
}

UncountedCoverage::~UncountedCoverage() {
  if (!kept().empty()) {
    std::memcpy(__start___sancov_cntrs, kept().data(), kept().size());
  }
}

}  // namespace lockstep::fuzz
