#pragma once

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>

#include "harness/base/check.h"
#include "harness/processes/process_tree.h"

namespace lockstep::processes {

// A child process of a test. It is killed with everything below it when this object goes, and when the test dies.
class Child {
 public:
  template <typename Body>
  explicit Child(Body body) : pid_(fork()) {
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      body();
      _exit(0);
    }
    LOCKSTEP_CHECK(pid_ > 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill_tree(pid_); }

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

// An object that children of the test share with it. It is made of zeros.
template <typename T>
class Shared {
 public:
  Shared() : object_(mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    LOCKSTEP_CHECK(object_ != MAP_FAILED);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { munmap(object_, sizeof(T)); }

  T& operator*() const { return *static_cast<T*>(object_); }
  T* operator->() const { return static_cast<T*>(object_); }

 private:
  void* object_;
};

class Pipe {
 public:
  Pipe() { LOCKSTEP_CHECK(pipe(ends_.data()) == 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }

  [[nodiscard]] int read_end() const { return ends_[0]; }
  void put() const { LOCKSTEP_CHECK(write(ends_[1], "x", 1) == 1); }
  void take() const {
    char byte = 0;
    LOCKSTEP_CHECK(read(ends_[0], &byte, 1) == 1);
  }

 private:
  std::array<int, 2> ends_{};
};

}  // namespace lockstep::processes
