#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

#include "harness/base/file_descriptor.h"

namespace lockstep::processes {

// A system call of another thread that has stopped until it is answered.
struct Notification {
  std::uint64_t id = 0;
  pid_t tid = 0;
  std::uint64_t arguments[6] = {};
};

// The supervisor's end of a seccomp filter with SECCOMP_RET_USER_NOTIF (seccomp_unotify(2)).
class SeccompListener {
 public:
  // Why this system has none of it; empty if it has. Tries it out, in a child process.
  [[nodiscard]] static std::string unavailable();

  // Takes over the descriptor `remote` of the process `pid` (pidfd_getfd(2)). Throws std::system_error.
  SeccompListener(pid_t pid, int remote);

  // Waits for a call to stop. Nothing after at most 20 ms: then it is time to look whether the others still live. The
  // timer runs by itself: arming one for each wait would cost more than the wait.
  [[nodiscard]] std::optional<Notification> receive();

  // Ends the call with this result, or with -1 and `error` as errno. That it has ended by itself, because its thread
  // was killed or got a signal, is no error.
  void answer(std::uint64_t id, std::int64_t result, int error = 0);

  // Lets the kernel do what the call asks for.
  void let_pass(std::uint64_t id);

 private:
  void send(std::uint64_t id, std::int64_t result, int error, std::uint32_t flags);

  base::FileDescriptor listener_;
  base::FileDescriptor timer_;
};

}  // namespace lockstep::processes
