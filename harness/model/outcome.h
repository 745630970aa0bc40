#pragma once

#include <cstdint>
#include <string>

namespace lockstep::model {

enum class OutcomeKind : std::uint8_t {
  kTrue,
  kFalse,
  kNone,
  kValue,    // any other returned object; text is its repr()
  kRaised,   // text is the exception as Python spells it: ValueError("message"); only the type: ValueError
  kBlocks,   // in expectations and specifications only: the call does not return by itself
  kCrashed,  // the process died inside the call; text is "signal 11" or "exit status 1"
  kHung,     // the call neither returned nor blocked in the watchdog's time
};

// What a call came to. Text is empty where the kind says it all.
struct Outcome {
  OutcomeKind kind = OutcomeKind::kNone;
  std::string text;
  bool operator==(const Outcome&) const = default;
};

// "True", "False", "None", `"text"`, `raises ValueError("...")`, "blocks", "crashes (signal 11)", "hangs".
[[nodiscard]] std::string to_string(const Outcome& outcome);

}  // namespace lockstep::model
