#include "impl/platform/identity.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <limits>
#include <new>
#include <system_error>

#include "impl/platform/pause.h"

namespace lockstep::impl {
namespace {

constinit const std::atomic<std::uint64_t> kNoGeneration{0};
std::atomic<std::uint64_t> generations_made{0};
std::atomic<std::uint64_t> threads_made{0};
std::atomic<std::uint64_t> forks{0};

std::atomic<std::uint64_t>* map_generation_word() {
  const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "mmap");
  }
  if (madvise(page, size, MADV_WIPEONFORK) != 0) {
    throw std::system_error(errno, std::generic_category(), "madvise(MADV_WIPEONFORK)");
  }
  pthread_atfork([] { forks.fetch_add(1, std::memory_order_relaxed); }, nullptr, nullptr);
  auto* word = new (page) std::atomic<std::uint64_t>(0);
  detail::generation.store(word, std::memory_order_release);
  return word;
}

std::int64_t real_now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// A pause takes 10 to 150 cycles, depending on the processor, so it is measured. The clock here is the real one, never
// a preloaded one: how often we look at a word is not part of anybody's schedule.
SpinBudget measure_spins() {
  constexpr int kSample = 256;
  constexpr std::int64_t kUsualNs = 1'500;
  constexpr std::int64_t kExtendedNs = 100'000;  // More than a wake-up takes, in a virtual machine, too: 35 us.
  std::int64_t sample_ns = std::numeric_limits<std::int64_t>::max();
  for (int sample = 0; sample < 5; ++sample) {  // The shortest: in another one the thread may have been preempted.
    const std::int64_t begin = real_now_ns();
    for (int i = 0; i < kSample; ++i) {
      pause_processor();
    }
    sample_ns = std::min(sample_ns, std::max<std::int64_t>(real_now_ns() - begin, kSample));
  }
  const auto looks = [=](std::int64_t ns) {
    return static_cast<int>(std::max<std::int64_t>(kSample * ns / sample_ns, 1));
  };
  return {looks(kUsualNs), looks(kExtendedNs)};
}

// Where this thread may run does not matter: the others may run elsewhere.
SpinBudget spins_worthwhile() {
  static const SpinBudget spins = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? measure_spins() : SpinBudget();
  return spins;
}

robust_list_head* robust_list_of_this_thread() {
  robust_list_head* head = nullptr;
  std::size_t size = 0;
  return syscall(SYS_get_robust_list, 0, &head, &size) == 0 ? head : nullptr;
}

}  // namespace

namespace detail {

constinit std::atomic<const std::atomic<std::uint64_t>*> generation{&kNoGeneration};
constinit thread_local ThreadState this_thread;

void renew_thread_state() {
  static std::atomic<std::uint64_t>* const word = map_generation_word();
  // Relaxed: the number alone matters. Several threads of a new process may get here at once; the first one decides.
  std::uint64_t current = word->load(std::memory_order_relaxed);
  if (current == 0) {
    const std::uint64_t fresh = generations_made.fetch_add(1, std::memory_order_relaxed) + 1;
    if (word->compare_exchange_strong(current, fresh, std::memory_order_relaxed)) {
      current = fresh;
    }
  }
  this_thread.identity = {current, threads_made.fetch_add(1, std::memory_order_relaxed) + 1};
  this_thread.robust = robust_list_of_this_thread();
  this_thread.process_tag = static_cast<std::uint32_t>(getpid()) << 10U;
  this_thread.spins = spins_worthwhile();
}

}  // namespace detail

std::uint64_t forks_begun() { return forks.load(std::memory_order_relaxed); }

}  // namespace lockstep::impl
