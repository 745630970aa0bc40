#pragma once

#include <string>
#include <string_view>

namespace lockstep::fuzz {

// A property does not hold: prints `details` and, last, the one line by which ClusterFuzz tells bugs apart, and aborts.
//
//   Assertion failure: cpython-reference-lock.release.unlocked-diverge
//
// The two names stand in alphabetical order, and nothing in the line differs from one input to another that shows the
// same bug: no process id, seed or count. REQUIRES: words without blanks.
[[noreturn]] void report(std::string_view one, std::string_view other, std::string_view clause, std::string_view kind,
                         const std::string& details);

}  // namespace lockstep::fuzz
