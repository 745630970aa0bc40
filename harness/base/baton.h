#pragma once

#include <atomic>
#include <cstdint>

#include <sys/types.h>

namespace lockstep::base {

// A word in shared memory through which one process lets another run: 0 nothing given, 1 given, 2 its owner sleeps.
//
// give() is a release and take() an acquire, so whatever the giver wrote is seen by the taker: where exactly one party
// at a time holds a baton, all other shared memory may be plain. No wake-up is lost: the owner moves the word from 0 to
// 2 by compare-and-swap before it sleeps on the value 2, and give() wakes exactly if it replaced a 2.
using BatonWord = std::atomic<std::uint32_t>;
static_assert(BatonWord::is_always_lock_free);

void give(BatonWord& word);

// It has been given and not taken yet.
[[nodiscard]] bool is_given(const BatonWord& word);

// Takes the baton, sleeping until it is given. Arms no timer: under a hypervisor that alone costs more than a
// hand-over.
void take(BatonWord& word);

// The same for at most `timeout_ns`: false if it was not given in that time.
[[nodiscard]] bool take(BatonWord& word, std::int64_t timeout_ns);

// For an owner that waits by other means than take(): true if the baton was there and is taken, else from now on give()
// makes its system call.
[[nodiscard]] bool take_or_sleep(BatonWord& word);

// Undoes that: true if the baton has not been given and give() will make no call. Else it has been, with a call.
[[nodiscard]] bool wake_up(BatonWord& word);

// As take() without a timeout, for a process that must not outlive the one that drives it and that no parent's death
// ends: ends this process when `guardian` is gone. Looks once a second.
void take_or_die(BatonWord& word, pid_t guardian);

}  // namespace lockstep::base
