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
    count_ = (process_ == self.process ? count_ : 0) + 1;
    process_ = self.process;
    last_ = self;
  }

  [[nodiscard]] Release release() {
    const std::int32_t before = count();
    set_count(before - 1);
    const Release result = lock_.release();
    if (result == Release::kNotHeld) {
      set_count(before);
    }
    return result;
  }

  [[nodiscard]] bool mine() const { return count() > 0 && last_ == lock_.platform().self(); }
  [[nodiscard]] std::int32_t count() const {
    return process_ == lock_.platform().self().process ? count_ : 0;  // A forked child begins with empty books.
  }
  void forget() { set_count(0); }

  [[nodiscard]] bool is_free() const { return lock_.is_free(); }
  [[nodiscard]] std::uint32_t sleepers() const { return lock_.sleepers(); }
  [[nodiscard]] const P& platform() const { return lock_.platform(); }
  [[nodiscard]] bool check_invariants() const { return lock_.check_invariants(); }

 private:
  void set_count(std::int32_t count) {
    process_ = lock_.platform().self().process;
    count_ = count;
  }

  Lock<P> lock_;
  Identity last_;
  std::uint64_t process_ = 0;
  std::int32_t count_ = 0;
};

}  // namespace lockstep::impl
