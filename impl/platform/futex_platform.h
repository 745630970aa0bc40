#pragma once

#include <linux/futex.h>

#include <atomic>
#include <cstdint>

#include "impl/platform/pause.h"
#include "impl/platform/platform.h"

namespace lockstep::impl {

// Linux: futexes that processes share, the monotonic clock, and the kernel's robust list. Sleeping, waking and the
// clock go through hooks.h, where a preloaded library may answer instead.
class FutexPlatform {
 public:
  using Word = std::atomic<std::uint32_t>;
  static_assert(Word::is_always_lock_free && sizeof(Word) == sizeof(std::uint32_t));

  // Names the word in the `list_op_pending` field of the thread's robust list, without putting it on the list. When a
  // thread dies so, the kernel wakes one sleeper if the word is 0 (handle_futex_death() in kernel/futex/core.c, since
  // 5.5). It changes no word, because it takes none for a lock of the dying thread: see Slot's values.
  class Pending {
   public:
    Pending(FutexPlatform, Word& word) : head_(thread_state().robust) {
      if (head_ != nullptr) {
        outer_ = head_->list_op_pending;
        // The kernel finds the word at futex_offset from the entry.
        char* entry = reinterpret_cast<char*>(&word) - head_->futex_offset;
        head_->list_op_pending = reinterpret_cast<robust_list*>(entry);
      }
      // The only other reader is the kernel, in this very thread when it dies: program order is all it takes.
      std::atomic_signal_fence(std::memory_order_seq_cst);
    }
    ~Pending() {
      std::atomic_signal_fence(std::memory_order_seq_cst);
      if (head_ != nullptr) {
        head_->list_op_pending = outer_;
      }
    }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

   private:
    robust_list_head* head_;
    robust_list* outer_ = nullptr;
  };

  [[nodiscard]] Wake wait(const Word& word, std::uint32_t expected, std::int64_t deadline_ns) const;
  int wake(Word& word, int count) const;
  [[nodiscard]] std::int64_t now_ns() const;

  [[nodiscard]] Identity self() const { return thread_state().identity; }
  [[nodiscard]] std::uint32_t here() const;
  [[nodiscard]] bool beside_me(std::uint32_t there) const;
  [[nodiscard]] int spins() const { return thread_state().spins.next(); }
  void spun(bool had) const { thread_state().spins.note(had); }
  void pause() const { pause_processor(); }
};
static_assert(Platform<FutexPlatform>);

}  // namespace lockstep::impl
