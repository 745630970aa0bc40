#pragma once

namespace lockstep::fuzz {

// While it lives, libFuzzer sees no coverage: ways through the judging of a trace are no ways through what is tested,
// and each way that an input takes costs the engine time. Other engines, whose counters lie elsewhere, see it.
class UncountedCoverage {
 public:
  UncountedCoverage();
  ~UncountedCoverage();
  UncountedCoverage(const UncountedCoverage&) = delete;
  UncountedCoverage& operator=(const UncountedCoverage&) = delete;
};

}  // namespace lockstep::fuzz
