#pragma once

#include <semaphore.h>

#include <cstdint>
#include <limits>

#include "impl/lock/lock.h"
#include "impl/platform/futex_platform.h"

namespace lockstep::impl {

inline constexpr int kSemaphoreMax = std::numeric_limits<int>::max();

// What multiprocessing's SemLock is when it is not one of our locks: a counting semaphore, or one that has a name in
// the system, which any program may open. It is glibc's sem_t and CPython's algorithm, with the monotonic clock and an
// owner that no fork copies. Its interface and books are CountedLock's.
class Semaphore {
 public:
  // REQUIRES: the semaphore outlives this object.
  Semaphore(sem_t* shared, bool recursive, int value_max)
      : shared_(shared), recursive_(recursive), value_max_(value_max) {}

  [[nodiscard]] Acquire reenter();
  [[nodiscard]] bool try_acquire();
  [[nodiscard]] bool spin() { return false; }
  [[nodiscard]] Acquire wait(std::int64_t deadline_ns);
  void took();

  // kNotHeld if the value is at its maximum. Two processes that look at once may both find that it is not.
  [[nodiscard]] Release release();

  [[nodiscard]] bool mine() const { return count() > 0 && last_ == platform_.self(); }
  [[nodiscard]] std::int32_t count() const { return process_ == platform_.self().process ? count_ : 0; }
  void forget() { count_ = 0; }

  [[nodiscard]] int value() const;
  [[nodiscard]] bool is_free() const { return value() > 0; }

  [[nodiscard]] bool recursive() const { return recursive_; }
  [[nodiscard]] int value_max() const { return value_max_; }
  [[nodiscard]] sem_t* shared() const { return shared_; }
  [[nodiscard]] const FutexPlatform& platform() const { return platform_; }

 private:
  void set_count(std::int32_t count);

  sem_t* shared_;
  bool recursive_;
  int value_max_;
  std::int32_t count_ = 0;
  std::uint64_t process_ = 0;  // whose count it is
  Identity last_;              // who acquired it last
  FutexPlatform platform_;
};

// Throws std::system_error unless sem_open() could create a semaphore of that name and value: it complains of the same.
void check_creatable(const char* name, int value);

// sem_open(), with an exception for an error. Close the result with sem_close().
[[nodiscard]] sem_t* create_named(const char* name, int value);
[[nodiscard]] sem_t* open_named(const char* name);

}  // namespace lockstep::impl
