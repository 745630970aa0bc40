#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/model/outcome.h"
#include "harness/model/script.h"

namespace lockstep::trace {

// What a replay saw, in the order in which it happened. Every event names the script's step it belongs to; a call that
// blocks has its kReturned event later, after events of other steps.
enum class EventKind : std::uint8_t {
  kInvoked,   // the call of `step` begins
  kBlocked,   // it is proved blocked now (at most once a call)
  kPending,   // it has neither returned nor been proved blocked: from here on the trace is a history of intervals
  kReturned,  // it came to `outcome`; also crashed, hung
  kSkipped,   // the step could not be taken: its actor is blocked, stopped, dead or not started; for `start thread`,
              // nobody in the process was free to do it
  kDone,      // a step other than a call took effect; `outcome` of a signal to an idle actor, of fork and start
  kEnded,     // the script is over; calls without kReturned are still blocked (or pending)
};

struct Event {
  EventKind kind = EventKind::kEnded;
  int step = -1;   // index into Script::steps
  int actor = -1;  // index into Script::actors; -1 if nobody acts
  model::Outcome outcome;
  std::int64_t time_ns = 0;  // since the script began; virtual, or CLOCK_MONOTONIC read by the actor itself
  bool operator==(const Event&) const = default;
};

// Outside `race ... end` every kInvoked and kDone event, and kEnded, happens at a quiescent point: each call still open
// is blocked. That holds by construction in virtual time, and by proof in real time unless a kPending says otherwise.
struct Trace {
  std::vector<Event> events;
  bool virtual_time = true;
  std::vector<std::uint32_t> choices;  // what the chooser answered, in order: the `schedule` of this run
  int misfit = -1;  // the first choice of the script's schedule that this run had no such option for, or had no use for
  bool operator==(const Trace&) const = default;
};

// A line an event: "0.250000000 returned 3 b True". REQUIRES: the script that was replayed, whose names have no spaces.
[[nodiscard]] std::string print(const Trace& trace, const model::Script& script);

}  // namespace lockstep::trace
