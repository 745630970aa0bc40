#pragma once

#include <cstdint>

// The three places where the lock meets the kernel. They are ordinary exported C symbols of the extension module, so a
// preloaded library may answer in their stead (harness/shim does, to replay the very module that users import). The
// uncontended path calls none of them.
//
// What such a library may rely on:
//   (1) A 64-byte slot of zeros, at the address that a lock's `_semlock.handle` gives, is a free lock, never used.
//   (2) A wait whose word was set to 0 before it returned ends with the lock acquired.
//   (3) Each word has one address per mapping; in other processes it is the same file at the same offset.

extern "C" {

// Sleeps while *word == expected, until woken, interrupted by a signal, or the deadline has passed. deadline_ns is on
// the clock of lockstep_monotonic_ns(); INT64_MAX means none. Returns 0 if woken or *word != expected (perhaps
// spuriously), else ETIMEDOUT or EINTR; of a signal in the last moments before the deadline, only that this has passed.
// Never called with the GIL held.
int lockstep_futex_wait(const std::uint32_t* word, std::uint32_t expected, std::int64_t deadline_ns);

// Wakes at most `count` sleepers; returns how many.
int lockstep_futex_wake(std::uint32_t* word, int count);

// CLOCK_MONOTONIC in nanoseconds. Read on the slow path only.
std::int64_t lockstep_monotonic_ns();
}
