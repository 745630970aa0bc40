#pragma once

#include "harness/cell/layout.h"

// The chooser. Whoever asks lists the options so that the first is the plainest: the actor that ran goes on, the oldest
// waiter wakes, time does not pass. A choice comes to, in this order,
//   replayed    what the script's schedule pins, which is also how exhaustive search and a fuzzer's bytes choose;
//   first       option 0, if the seed is 0: first in, first out, as the carriers with real wake-ups have it;
//   chance      otherwise: random, or PCT (harness/model/chance.h).
// Choices among one are neither made nor recorded.
namespace lockstep::cell {

// Which of `count` waiters wakes.
[[nodiscard]] std::uint32_t choose_waiter(Cell& cell, std::uint32_t count);

// What happens next in a race. An option's number stays the same through the race: it is what PCT's priorities belong
// to. `kinds` is a set of model::ChoiceKind. REQUIRES: numbers below kOptionsMax.
[[nodiscard]] std::uint32_t choose_next(Cell& cell, const std::uint8_t* options, std::uint32_t count,
                                        std::uint8_t kinds);

}  // namespace lockstep::cell
