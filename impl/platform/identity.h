#pragma once

#include <atomic>
#include <cstdint>

#include "impl/platform/spin_budget.h"

struct robust_list_head;

namespace lockstep::impl {

// Who a thread is, in numbers that are never reused: not by a thread that inherits its pthread_t, not by the copy of
// the thread that a fork makes in the child. They mean something within one process and its forebears only.
struct Identity {
  std::uint64_t process = 0;  // The fork generation: greater in a child than in its parent.
  std::uint64_t thread = 0;   // Counts the threads that asked, forebears' included. 0 is nobody.

  friend bool operator==(const Identity&, const Identity&) = default;
};

// What one thread remembers of itself between two calls. It is renewed in a forked child, raw fork and clone included.
struct ThreadState {
  static constexpr std::uint64_t kNoGeneration = ~std::uint64_t{0};

  Identity identity{kNoGeneration, 0};
  robust_list_head* robust = nullptr;  // glibc's robust list of this thread; null if the kernel would not tell.
  std::uint32_t process_tag = 0;       // The process id, in the upper 22 bits.
  SpinBudget spins;                    // See Platform.
};

namespace detail {

// A word that the kernel zeroes in every child, however the child was made: pthread_atfork handlers do not run in one
// made by a raw clone(). 0 means "a process that has no generation yet"; before the first use this is a constant 0.
extern constinit std::atomic<const std::atomic<std::uint64_t>*> generation;

// Initial-exec, because the general model costs a call at every use; glibc keeps room for this much in loaded modules.
extern constinit thread_local ThreadState this_thread __attribute__((tls_model("initial-exec")));

void renew_thread_state();

}  // namespace detail

// Throws std::system_error on the process's first call only, if the kernel refuses a page.
[[nodiscard]] inline ThreadState& thread_state() {
  ThreadState& state = detail::this_thread;
  // Acquire pairs with the release of the word's address, for the construction of the word. Relaxed: its number alone
  // matters.
  const auto* word = detail::generation.load(std::memory_order_acquire);
  if (state.identity.process != word->load(std::memory_order_relaxed)) [[unlikely]] {
    detail::renew_thread_state();
  }
  return state;
}

// The fork generation of this process.
[[nodiscard]] inline std::uint64_t process_generation() { return thread_state().identity.process; }

// How many forks the process and its forebears have begun. What was made before a fork may live on in a child, even
// when it is gone here.
[[nodiscard]] std::uint64_t forks_begun();

}  // namespace lockstep::impl
