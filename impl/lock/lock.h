#pragma once

#include <atomic>
#include <cstdint>

#include "impl/platform/deadline.h"
#include "impl/platform/platform.h"

namespace lockstep::impl {

enum class Acquire { kAcquired, kTimedOut, kInterrupted, kOverflow };  // kOverflow: RLock only.
enum class Release { kReleased, kNotHeld, kNotOwned };                 // kNotOwned: RLock only.

// What processes share of one lock. All zeros is a free lock that was never used.
template <Platform P>
struct alignas(64) Slot {
  typename P::Word word;      // Free, held, or contended: see Lock.
  typename P::Word sleepers;  // At least the number of threads in wait(); one killed there is never taken off.
  typename P::Word quiet;     // Releases that need not look for a forgotten sleeper any more: see ALGORITHM.md, (4).
  typename P::Word last_releaser;  // Platform::here() of the last release that saw sleepers. A hint for spinning.
};

// A non-recursive lock in one word of shared memory. It has no owner: any thread of any process may release it.
//
// States, invariants (1) to (5), and why each memory order is enough: ALGORITHM.md.
template <Platform P>
class Lock {
 public:
  explicit Lock(Slot<P>& slot, P platform = P()) : slot_(&slot), platform_(platform) {}

  // Never sleeps.
  [[nodiscard]] bool try_acquire() {
    // Acquire pairs with the exchange in release(): what was done under the lock is seen. A failure reads nothing else.
    std::uint32_t expected = kFree;
    return slot_->word.compare_exchange_strong(expected, kHeld, std::memory_order_acquire, std::memory_order_relaxed);
  }

  // Takes the lock if it is free, however late the deadline; otherwise waits for it. After kInterrupted (a signal
  // arrived) the lock is not held and the caller may call again with the same deadline.
  [[nodiscard]] Acquire acquire(std::int64_t deadline_ns) {
    return try_acquire() || spin() ? Acquire::kAcquired : wait(deadline_ns);
  }

  // Looks at the word for as long as the platform thinks worthwhile. It is hopeless if the holder needs our CPU to go
  // on, which is likely when the lock last changed hands there.
  [[nodiscard]] bool spin() {
    const int spins = platform_.spins();
    if (spins == 0 || platform_.beside_me(slot_->last_releaser.load(std::memory_order_relaxed))) {
      return false;  // Relaxed: a hint.
    }
    for (int i = 0; i < spins; ++i) {
      platform_.pause();
      // Relaxed: reading alone keeps the cache line shared; try_acquire() decides.
      if (slot_->word.load(std::memory_order_relaxed) == kFree && try_acquire()) {
        platform_.spun(true);
        return true;
      }
    }
    platform_.spun(false);
    return false;
  }

  // Sleeps until the lock is had.
  [[nodiscard]] Acquire wait(std::int64_t deadline_ns) {
    const typename P::Pending pending(platform_, slot_->word);
    // Relaxed: the release half of the exchange below publishes it, which is what (2) asks for.
    slot_->sleepers.fetch_add(1, std::memory_order_relaxed);
    Acquire result = Acquire::kAcquired;
    // We can't tell whether others sleep, so we hold the lock as kContended: our release will look.
    while (slot_->word.exchange(kContended, std::memory_order_acq_rel) != kFree) {
      slot_->quiet.store(0, std::memory_order_relaxed);  // Relaxed: see (4), a count that may be off.
      const Wake wake = platform_.wait(slot_->word, kContended, deadline_ns);
      if (wake != Wake::kNotified) {
        result = wake == Wake::kTimedOut ? Acquire::kTimedOut : Acquire::kInterrupted;
        break;
      }
    }
    // Relaxed: one too many for a moment is allowed by (2).
    slot_->sleepers.fetch_sub(1, std::memory_order_relaxed);
    return result;
  }

  // kReleased, or kNotHeld if the lock was free, by (5).
  [[nodiscard]] Release release() {
    // If we die between the exchange and the wake-up, the kernel wakes in our stead.
    const typename P::Pending pending(platform_, slot_->word);
    if (slot_->sleepers.load(std::memory_order_relaxed) != 0) {
      slot_->last_releaser.store(platform_.here(), std::memory_order_relaxed);  // Relaxed: a hint.
    }
    // Release pairs with the acquirers, acquire with the waiter whose kContended we take, so that we see it in
    // sleepers.
    const std::uint32_t before = slot_->word.exchange(kFree, std::memory_order_acq_rel);
    if (before == kFree) {
      return Release::kNotHeld;
    }
    if (slot_->sleepers.load(std::memory_order_relaxed) != 0) [[unlikely]] {
      wake_sleeper(before);
    }
    return Release::kReleased;
  }

  [[nodiscard]] bool is_free() const { return slot_->word.load(std::memory_order_relaxed) == kFree; }

  // An upper bound of the threads that wait. Relaxed, as is_free(): a picture of the past.
  [[nodiscard]] std::uint32_t sleepers() const { return slot_->sleepers.load(std::memory_order_relaxed); }

  // (1).
  [[nodiscard]] bool check_invariants() const {
    const std::uint32_t word = slot_->word.load(std::memory_order_relaxed);
    return word == kFree || word == kHeld || word == kContended;
  }

  [[nodiscard]] Slot<P>& slot() const { return *slot_; }
  [[nodiscard]] const P& platform() const { return platform_; }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kHeld = 0x20000000;
  static constexpr std::uint32_t kContended = 0xA0000000;
  static constexpr std::uint32_t kQuietReleases = 64;
  // The kernel compares the low 30 bits of a word in Platform::Pending with the id of the dying thread, which is at
  // most 2^22, and clears the word if they agree.
  static_assert((kHeld & 0x3FFFFFFFU) > (1U << 22U) && (kContended & 0x3FFFFFFFU) > (1U << 22U));
  static_assert(sizeof(Slot<P>) % 64 == 0);

  void wake_sleeper(std::uint32_t before) {
    const std::uint32_t quiet = slot_->quiet.load(std::memory_order_relaxed);  // Relaxed: by (4) it may be off.
    if (before == kContended) {
      if (quiet != 0) {
        slot_->quiet.store(0, std::memory_order_relaxed);
      }
      platform_.wake(slot_->word, 1);
    } else if (quiet != 0) {
      slot_->quiet.store(quiet - 1, std::memory_order_relaxed);
    } else if (platform_.wake(slot_->word, 1) == 0) {
      slot_->quiet.store(kQuietReleases, std::memory_order_relaxed);
    }
  }

  Slot<P>* slot_;
  [[no_unique_address]] P platform_;
};

}  // namespace lockstep::impl
