#pragma once

#include <cstdint>

#include "impl/lock/lock.h"

namespace lockstep::impl {

// A Lock with the books that multiprocessing keeps of one: which thread of this process took it last, and how much
// oftener this process took than released it. They decide nothing. Since any process may release the lock, the count
// may go below 0 here and stay above 0 elsewhere; that is what `_count` and `_is_mine` of CPython say, too.
//
// REQUIRES: the books (everything but wait()) are used by one thread at a time; in Python, the one with the GIL.
template <Platform P>
class CountedLock {
 public:
  static constexpr bool kRecursive = false;

  explicit CountedLock(Slot<P>& slot, P platform = P()) : lock_(slot, platform) {}

  // Not recursive: always kTimedOut.
  [[nodiscard]] Acquire reenter() { return Acquire::kTimedOut; }

  // As RLock's.
  [[nodiscard]] bool try_acquire() { return lock_.try_acquire() && (took(), true); }
  [[nodiscard]] bool spin() { return lock_.spin() && (took(), true); }
  [[nodiscard]] Acquire wait(std::int64_t deadline_ns) { return lock_.wait(deadline_ns); }
  void took() {
    const Identity self = lock_.platform().self();
    count_ = (last_.process == self.process ? count_ : 0) + 1;
    last_ = self;
  }

  [[nodiscard]] Release release() {
    const std::uint64_t process = lock_.platform().self().process;
    if (last_.process != process) {
      last_ = {process, 0};
      count_ = 0;
    }
    const std::int32_t before = count_;
    count_ = before - 1;
    const Release result = lock_.release();
    if (result == Release::kNotHeld) {
      count_ = before;
    }
    return result;
  }

  [[nodiscard]] bool mine() const { return count() > 0 && last_ == lock_.platform().self(); }
  [[nodiscard]] std::int32_t count() const {
    return last_.process == lock_.platform().self().process ? count_ : 0;  // A forked child begins with empty books.
  }
  void forget() { count_ = 0; }

  [[nodiscard]] bool is_free() const { return lock_.is_free(); }
  [[nodiscard]] std::uint32_t sleepers() const { return lock_.sleepers(); }
  [[nodiscard]] const P& platform() const { return lock_.platform(); }
  [[nodiscard]] bool check_invariants() const { return lock_.check_invariants(); }

 private:
  Lock<P> lock_;
  Identity last_;  // who took it last; nobody of the process if that only released it
  std::int32_t count_ = 0;
};

}  // namespace lockstep::impl
