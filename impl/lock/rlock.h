#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include "impl/lock/lock.h"

namespace lockstep::impl {

// A recursive lock: its owner, one thread of one process, may acquire it again, and releases it as often. Each process
// has its own RLock object over the shared slot; the owner's object alone knows that it owns.
//
// Invariants:
//   (1) owner_ equals self() in the owning thread only. A thread writes its own identity there or clears it, and
//       identities are not reused: so a forked copy of the owner, or a thread with the pthread_t of a dead owner,
//       owns nothing.
//   (2) depth_ is written by the owner only, after owner_ when it becomes the owner.
//   (3) An owned lock has depth_ > 0 and its word is not free.
//
// kDepthMax is the deepest recursion; beyond it acquiring fails and changes nothing.
template <Platform P, std::int32_t kDepthMax = std::numeric_limits<std::int32_t>::max()>
class RLock {
 public:
  static constexpr bool kRecursive = true;

  explicit RLock(Slot<P>& slot, P platform = P()) : lock_(slot, platform) {}

  // kAcquired if this thread owned the lock and now owns it once more, kOverflow if that is too deep; kTimedOut if it
  // does not own it.
  [[nodiscard]] Acquire reenter() {
    if (!mine()) {
      return Acquire::kTimedOut;
    }
    const std::int32_t depth = depth_.load(std::memory_order_relaxed);
    if (depth == kDepthMax) {
      return Acquire::kOverflow;
    }
    depth_.store(depth + 1, std::memory_order_relaxed);
    return Acquire::kAcquired;
  }

  // The three ways to become the owner. REQUIRES: !mine(). wait() alone leaves the books as they are, so that it may
  // run where nothing of the process may be touched; say took() when it has returned kAcquired.
  [[nodiscard]] bool try_acquire() { return lock_.try_acquire() && (took(), true); }
  [[nodiscard]] bool spin() { return lock_.spin() && (took(), true); }
  [[nodiscard]] Acquire wait(std::int64_t deadline_ns) { return lock_.wait(deadline_ns); }
  void took() {
    const Identity self = lock_.platform().self();
    // Relaxed, here and below: by (1) only a thread's own writes can make mine() true in it.
    process_.store(self.process, std::memory_order_relaxed);
    owner_.store(self.thread, std::memory_order_relaxed);
    depth_.store(1, std::memory_order_relaxed);
  }

  [[nodiscard]] Acquire acquire(std::int64_t deadline_ns) {
    if (const Acquire again = reenter(); again != Acquire::kTimedOut) {
      return again;
    }
    if (try_acquire() || spin()) {
      return Acquire::kAcquired;
    }
    const Acquire result = wait(deadline_ns);
    if (result == Acquire::kAcquired) {
      took();
    }
    return result;
  }

  // kNotOwned if this thread is not the owner: then nothing changes.
  [[nodiscard]] Release release() {
    if (!mine()) {
      return Release::kNotOwned;
    }
    const std::int32_t depth = depth_.load(std::memory_order_relaxed);
    depth_.store(depth - 1, std::memory_order_relaxed);
    if (depth > 1) {
      return Release::kReleased;
    }
    // The books are closed before the word is freed: the next owner may be a thread of this process.
    owner_.store(0, std::memory_order_relaxed);
    return lock_.release();
  }

  [[nodiscard]] bool mine() const { return owner_.load(std::memory_order_relaxed) == lock_.platform().self().thread; }

  // How deep a thread of this process is in it; 0 in a process forked since.
  [[nodiscard]] std::int32_t count() const {
    return process_.load(std::memory_order_relaxed) == lock_.platform().self().process
               ? depth_.load(std::memory_order_relaxed)
               : 0;
  }

  // This process owns nothing, whatever it was told.
  void forget() {
    owner_.store(0, std::memory_order_relaxed);
    depth_.store(0, std::memory_order_relaxed);
  }

  [[nodiscard]] bool is_free() const { return lock_.is_free(); }
  [[nodiscard]] std::uint32_t sleepers() const { return lock_.sleepers(); }
  [[nodiscard]] const P& platform() const { return lock_.platform(); }

  // (3), as far as this thread can tell.
  [[nodiscard]] bool check_invariants() const {
    return lock_.check_invariants() && (!mine() || (count() > 0 && !is_free()));
  }

 private:
  Lock<P> lock_;
  std::atomic<std::uint64_t> process_{0};
  std::atomic<std::uint64_t> owner_{0};
  std::atomic<std::int32_t> depth_{0};
};

}  // namespace lockstep::impl
