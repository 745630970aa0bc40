#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "harness/judge/history.h"

namespace lockstep::fuzz {

// Brute force has to try their orders.
inline constexpr std::size_t kOperationsMax = 12;

// The history that the bytes stand for: every byte string is one. Clients move on a lock that works, so that a history
// is linearizable but for what the bytes then change in it, and most are near the border of right and wrong.
//
//   byte 0           bit 0: the lock that they move on is an RLock
//   each other byte  one move: the client (of five) in bits 0-2, how it moves in bits 3-7
//
// An idle client begins a call. One whose call has begun does its deed, as the lock allows, and one that has done it
// returns. A few moves spoil this: the result is another than that of the deed, or the client dies in its call.
[[nodiscard]] judge::History decode_history(std::span<const std::uint8_t> bytes);

// One operation a line: "client 1: acquired [3, 6]".
[[nodiscard]] std::string print(const judge::History& history);

}  // namespace lockstep::fuzz
