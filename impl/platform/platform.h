#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>

#include "impl/platform/identity.h"

namespace lockstep::impl {

// Why a sleeper is no longer asleep. kNotified may be spurious: look at the word again.
enum class Wake { kNotified, kTimedOut, kInterrupted };

// The boundary between the locks and the machine. A platform is a cheap value, a handle that locks copy.
//
//   Word             std::atomic<uint32_t>, or something with its interface. All that processes share is Words.
//   Pending          a guard. While Pending{platform, word} lives, the death of this thread wakes one sleeper of `word`
//                    if the word is 0 by then. So a wake-up that a dying thread swallowed, or still owed, is not lost.
//                    Guards nest.
//   wait(w, v, t)    sleeps while w == v, at most until t (deadline.h).
//   wake(w, n)       wakes at most n sleepers of w, and says how many.
//   now_ns()         the monotonic clock that deadlines are on.
//   self()           the calling thread; never reused (identity.h).
//   here()           where this thread runs, as a word that is never 0 and that other processes can read.
//   beside_me(h)     whether h is the here() of another process on this thread's CPU. Spinning for that is hopeless.
//   spins()          how often it pays to look at a word before sleeping (spin_budget.h); 0 on one CPU.
//   spun(b)          takes note of whether that many looks were enough.
//   pause()          between two looks.
template <typename P>
concept Platform = std::copyable<P> && requires(P platform, typename P::Word& word, std::uint32_t value) {
  { word.load(std::memory_order_relaxed) } -> std::same_as<std::uint32_t>;
  word.store(value, std::memory_order_relaxed);
  { word.exchange(value, std::memory_order_acq_rel) } -> std::same_as<std::uint32_t>;
  {
    word.compare_exchange_strong(value, value, std::memory_order_acquire, std::memory_order_relaxed)
    } -> std::same_as<bool>;
  word.fetch_add(value, std::memory_order_relaxed);
  word.fetch_sub(value, std::memory_order_relaxed);
  requires std::constructible_from<typename P::Pending, P, typename P::Word&>;
  { platform.wait(word, value, std::int64_t{}) } -> std::same_as<Wake>;
  { platform.wake(word, 1) } -> std::same_as<int>;
  { platform.now_ns() } -> std::same_as<std::int64_t>;
  { platform.self() } -> std::same_as<Identity>;
  { platform.here() } -> std::same_as<std::uint32_t>;
  { platform.beside_me(value) } -> std::same_as<bool>;
  { platform.spins() } -> std::same_as<int>;
  platform.spun(bool{});
  platform.pause();
};

}  // namespace lockstep::impl
