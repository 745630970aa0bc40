#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/cell/scheduler.h"
#include "harness/shim/real.h"
#include "harness/shim/virtual_wait.h"

// Two of the three symbols of impl/platform/hooks.h, by which the reference reaches the kernel (the clock is the
// third). Declared again here: the shim shares no code with what it stands between.
namespace lockstep::shim {
namespace {

constexpr std::uintptr_t kPage = 4096;

// What the kernel keys a shared futex by: the file and the offset in it, whatever the address.
std::uint64_t key_of_page(std::uintptr_t page) {
  std::uint64_t key = 0;
  std::FILE* const maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) {
    return page;
  }
  unsigned long long begin = 0, end = 0, offset = 0, inode = 0;
  char line[512];
  while (std::fgets(line, sizeof line, maps) != nullptr) {
    if (std::sscanf(line, "%llx-%llx %*s %llx %*s %llu", &begin, &end, &offset, &inode) == 4 && begin <= page &&
        page < end) {
      key = (inode << 40U) ^ (offset + (page - begin));
      break;
    }
  }
  std::fclose(maps);
  return key;
}

// Locks are few and their pages fewer: the last pages seen are kept. A process that replays never unmaps an arena.
std::uint64_t key_of(const std::uint32_t* word) {
  struct Known {
    std::uintptr_t page;
    std::uint64_t key;
  };
  static thread_local Known known[8];
  const auto address = reinterpret_cast<std::uintptr_t>(word);
  const std::uintptr_t page = address & ~(kPage - 1);
  Known& entry = known[(page / kPage) % 8];
  if (entry.page != page) {
    entry = {page, key_of_page(page)};
  }
  return cell::kSemaphoresMax + entry.key + (address & (kPage - 1));
}

int wait_for_word(ActorThread& thread, std::uint32_t* word, std::uint32_t expected, std::int64_t deadline_ns) {
  std::atomic_ref<std::uint32_t> value(*word);
  if (value.load() != expected) {
    return 0;
  }
  if (deadline_ns <= cell::monotonic_ns(*thread.cell)) {
    return ETIMEDOUT;
  }
  switch (wait(thread, key_of(word), deadline_ns, false)) {
    case cell::Wake::kTimedOut:
      return ETIMEDOUT;
    case cell::Wake::kInterrupted:
      return EINTR;
    case cell::Wake::kCancelled:
      value.store(0);  // promise (2) of hooks.h: the lock is free, so this waiter's call ends
      return 0;
    case cell::Wake::kGranted:
      break;
  }
  return 0;
}

}  // namespace
}  // namespace lockstep::shim

LOCKSTEP_EXPORT int lockstep_futex_wait(const std::uint32_t* word, std::uint32_t expected, std::int64_t deadline_ns) {
  auto* const writable = const_cast<std::uint32_t*>(word);
  if (auto& thread = lockstep::shim::this_thread(); thread.in_call()) {
    return lockstep::shim::wait_for_word(thread, writable, expected, deadline_ns);
  }
  const timespec deadline{deadline_ns / 1000000000, static_cast<long>(deadline_ns % 1000000000)};
  const bool timed = deadline_ns != lockstep::cell::kNever;
  const long result = syscall(SYS_futex, writable, FUTEX_WAIT_BITSET, expected, timed ? &deadline : nullptr, nullptr,
                              FUTEX_BITSET_MATCH_ANY);
  return result == 0 || errno == EAGAIN ? 0 : errno;
}

LOCKSTEP_EXPORT int lockstep_futex_wake(std::uint32_t* word, int count) {
  if (auto& thread = lockstep::shim::this_thread(); thread.in_call()) {
    return lockstep::cell::wake(*thread.cell, lockstep::shim::key_of(word), count);
  }
  return static_cast<int>(syscall(SYS_futex, word, FUTEX_WAKE, count, nullptr, nullptr, 0));
}
