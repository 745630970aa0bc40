#pragma once

#include <cstdint>
#include <string>

namespace lockstep::judge {

enum class Verdict : std::uint8_t {
  kAgree,
  kDiverge,
  kInconclusive,  // what was seen can be right or wrong
  kInvalid,       // no trace of this script: the harness erred, not the lock
};

// Where a trace leaves the specification first, and how, in words.
struct Finding {
  Verdict verdict = Verdict::kAgree;
  int event = -1;        // index into Trace::events
  int step = -1;         // index into Script::steps
  std::string clause;    // "lock.acquire.timeout-negative"
  std::string expected;  // "False", "blocks", "True or blocks"
  std::string observed;  // the same way; of kInconclusive and kInvalid, the reason
  bool operator==(const Finding&) const = default;
};

}  // namespace lockstep::judge
