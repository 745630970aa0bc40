#pragma once

#include "harness/model/script.h"
#include "harness/trace/trace.h"

namespace lockstep::fuzz {

// What a search found out, if it came to an end.
enum class Answer { kYes, kNo, kUnknown };

// Could the player (harness/judge/player.h), a lock that works, have played this very trace, but for
// kBlocked events? Plays the script again and
// again, each time with other picks, and goes no further into those that have left the trace. Gives up after
// `plays_max` plays.
[[nodiscard]] Answer could_play(const model::Script& script, const trace::Trace& wanted, int plays_max);

}  // namespace lockstep::fuzz
