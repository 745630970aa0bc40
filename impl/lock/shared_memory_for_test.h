#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <new>
#include <string>
#include <thread>
#include <utility>

#include "impl/lock/lock.h"
#include "impl/platform/futex_platform.h"

namespace lockstep::impl {

// A T that forked processes share.
template <class T>
class Shared {
 public:
  Shared() : value_(new (mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) T{}) {}
  ~Shared() { munmap(value_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  T& operator*() { return *value_; }
  T* operator->() { return value_; }

 private:
  T* value_;
};

using FutexSlot = Slot<FutexPlatform>;

// A forked process that runs `body` and exits with the int it returns. Killed, and reaped, at the latest when
// destroyed.
class Child {
 public:
  template <class Body>
  explicit Child(Body body) : pid_(fork()) {
    if (pid_ == 0) {
      _exit(body());
    }
  }
  ~Child() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The exit status, or minus the signal that killed it.
  int join() {
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  void die() { kill(pid_, SIGKILL); }

  void stop() const {
    kill(pid_, SIGSTOP);
    await('T');
  }
  void go_on() const { kill(pid_, SIGCONT); }

  // What its only thread does, as proc(5) has it: R runs, S sleeps in the kernel, T is stopped, Z has ended.
  [[nodiscard]] char state() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string stat;
    std::getline(file, stat);
    const std::size_t name_end = stat.rfind(") ");
    return name_end == std::string::npos ? '?' : stat[name_end + 2];
  }
  void await_sleep() const { await('S'); }

 private:
  void await(char wanted) const {
    while (state() != wanted) {
      std::this_thread::yield();
    }
  }

  pid_t pid_;
};

// Returns when `count` threads are on their way to sleep on the lock, and one who was there already would be asleep.
inline void await_sleepers(FutexSlot& slot, std::uint32_t count) {
  while (slot.sleepers.load() != count || slot.word.load() != 0xA0000000U) {
    std::this_thread::yield();
  }
}

}  // namespace lockstep::impl
