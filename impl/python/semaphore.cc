#include "impl/python/semaphore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>
#include <string_view>
#include <system_error>

namespace lockstep::impl {
namespace {

// Where glibc keeps a semaphore that has a name.
constexpr const char* kPrefix = "/dev/shm/sem.";

std::string_view without_slashes(std::string_view name) {
  return name.substr(std::min(name.find_first_not_of('/'), name.size()));
}

std::string path_of(const char* name) { return kPrefix + std::string(without_slashes(name)); }

[[noreturn]] void refused(int error) { throw std::system_error(error, std::generic_category(), "sem_open"); }

sem_t* opened(sem_t* shared) {
  if (shared == SEM_FAILED) {
    refused(errno);
  }
  return shared;
}

}  // namespace

Acquire Semaphore::reenter() {
  if (!recursive_ || !mine()) {
    return Acquire::kTimedOut;
  }
  if (count_ == std::numeric_limits<std::int32_t>::max()) {
    return Acquire::kOverflow;
  }
  ++count_;
  return Acquire::kAcquired;
}

bool Semaphore::try_acquire() {
  int result = 0;
  do {
    result = sem_trywait(shared_);
  } while (result != 0 && errno == EINTR);
  if (result == 0) {
    took();
  }
  return result == 0;
}

Acquire Semaphore::wait(std::int64_t deadline_ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec deadline{deadline_ns / kSecond, deadline_ns % kSecond};
  const int result =
      deadline_ns == kNoDeadline ? sem_wait(shared_) : sem_clockwait(shared_, CLOCK_MONOTONIC, &deadline);
  if (result == 0) {
    return Acquire::kAcquired;
  }
  return errno == EINTR ? Acquire::kInterrupted : Acquire::kTimedOut;
}

void Semaphore::took() {
  set_count(count() + 1);
  last_ = platform_.self();
}

Release Semaphore::release() {
  if (recursive_) {
    if (!mine()) {
      return Release::kNotOwned;
    }
    if (count_ > 1) {
      --count_;
      return Release::kReleased;
    }
  } else if (value() >= value_max_) {
    return Release::kNotHeld;
  }
  // The books first: the next to acquire may be a thread of this process.
  const std::int32_t before = count();
  set_count(before - 1);
  if (sem_post(shared_) == 0) {
    return Release::kReleased;
  }
  set_count(before);
  return Release::kNotHeld;
}

int Semaphore::value() const {
  int value = 0;
  sem_getvalue(shared_, &value);
  return value < 0 ? 0 : value;  // POSIX lets it count the waiters, below 0.
}

void Semaphore::set_count(std::int32_t count) {
  count_ = count;
  process_ = platform_.self().process;
}

void check_creatable(const char* name, int value) {
  const std::string_view bare = without_slashes(name);
  if (bare.empty() || bare.find('/') != std::string_view::npos || bare.size() > NAME_MAX || value < 0) {
    refused(EINVAL);
  }
  if (access(path_of(name).c_str(), F_OK) == 0) {
    refused(EEXIST);
  }
  if (errno == ENAMETOOLONG) {
    refused(errno);
  }
}

sem_t* create_named(const char* name, int value) {
  return opened(sem_open(name, O_CREAT | O_EXCL, 0600, static_cast<unsigned>(value)));
}

sem_t* open_named(const char* name) {
  // glibc maps a file that is too short, and using the semaphore is then SIGBUS. What else is wrong sem_open() says.
  struct stat status {};
  if (stat(path_of(name).c_str(), &status) == 0 && status.st_size < static_cast<off_t>(sizeof(sem_t))) {
    refused(EINVAL);
  }
  return opened(sem_open(name, 0));
}

}  // namespace lockstep::impl
