#pragma once

#include <cstdint>
#include <string>

#include "harness/model/outcome.h"
#include "harness/spec/options.h"
#include "harness/spec/request.h"

namespace lockstep::spec {

// What a call may come to, in one byte; the texts come from the request and the options.
enum class Reply : std::uint8_t {
  kOpen,  // nothing yet
  kTrue,
  kFalse,
  kNone,
  kFault,             // the request's own argument error
  kReleasedTooOften,  // ValueError
  kNotOwner,          // AssertionError
  kBodyRaised,        // RuntimeError("body")
  kSignalRaised,      // SignalRaised("signal")
  kNanRefused,        // ValueError
  kInvalidArgument,   // OSError(EINVAL)
  kNoLocked,          // AttributeError
  kReprFree,          // names nobody
  kReprMine,          // names this process, and the recursion level of an RLock
  kReprOtherThread,
  kReprOtherProcess,
  kReprNotMine,  // either of the two
  kReprHeld,     // anything but free
  kReprAny,      // any well-formed one
  kAnyReturned,  // any object: nothing is promised
  kAnyRaised,    // any exception: nothing is promised
};

// Where a call stands in one explanation of a trace.
enum class Phase : std::uint8_t {
  kIdle,     // there is no call
  kStart,    // nothing happened yet
  kChecked,  // a two-step release has seen that the lock is held
  kBody,     // `with` has the lock and runs its body
  kDone,     // it took effect and will return `reply`
};

struct Progress {
  Phase phase = Phase::kIdle;
  Reply reply = Reply::kOpen;
  std::uint16_t depth = 0;  // of kReprMine: the recursion level
  bool operator==(const Progress&) const = default;
};

// Whether the outcome that was seen is the one that the specification foretold.
[[nodiscard]] bool matches(Progress done, const Request& request, const Options& options,
                           const model::Outcome& outcome);

// "True", `raises ValueError("semaphore or lock released too many times")`, "<Lock(owner=None)>".
[[nodiscard]] std::string describe(Progress done, const Request& request, const Options& options);

// Whether an outcome is the exception SignalRaised("signal"), which the actors' handlers raise.
[[nodiscard]] bool is_signal(const model::Outcome& outcome);

}  // namespace lockstep::spec
