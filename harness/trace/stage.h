#pragma once

#include <cstdint>
#include <optional>

#include "harness/trace/trace.h"

namespace lockstep::trace {

// How far a step has got, as its events tell.
enum class Stage : std::uint8_t { kNone, kInvoked, kBlocked, kOver };

// The stage that such an event brings a step to. None if a step at this stage has no such event: a call is invoked,
// then blocks or not, then returns or not; a step of another kind is done. Either may be skipped instead.
[[nodiscard]] constexpr std::optional<Stage> after(Stage stage, EventKind kind, bool is_call) {
  const auto advance = [](bool may, Stage to) { return may ? std::optional(to) : std::nullopt; };
  switch (kind) {
    case EventKind::kInvoked:
      return advance(is_call && stage == Stage::kNone, Stage::kInvoked);
    case EventKind::kBlocked:
    case EventKind::kPending:
      return advance(stage == Stage::kInvoked, Stage::kBlocked);
    case EventKind::kReturned:
      return advance(stage == Stage::kInvoked || stage == Stage::kBlocked, Stage::kOver);
    case EventKind::kSkipped:
      return advance(stage == Stage::kNone, Stage::kOver);
    case EventKind::kDone:
      return advance(!is_call && stage == Stage::kNone, Stage::kOver);
    case EventKind::kEnded:
      break;
  }
  return std::nullopt;
}

}  // namespace lockstep::trace
