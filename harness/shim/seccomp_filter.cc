#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/shim/actor_thread.h"

// Mode::kNotified: every futex call that may concern another process stops until the coordinator has answered it
// (seccomp_unotify(2)). Installed once, in the host, whose descendants inherit it over fork() and execve(): one
// listener serves all of them, and tells them apart by their thread ids.
namespace lockstep::shim {
namespace {

constexpr std::uint32_t kLow = offsetof(seccomp_data, args[0]);  // of the address, little endian
constexpr std::uint32_t kHigh = kLow + 4;

// What is left alone: private futexes, of which the interpreter's own locks are made; and the batons of all but the
// coordinator, by which actors hand on to each other without it.
int install(const cell::Cell& cell) {
  const auto begin = reinterpret_cast<std::uintptr_t>(&cell.parties[0]);
  const auto end = reinterpret_cast<std::uintptr_t>(&cell.parties[cell::kCoordinator]);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 0, 8),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[1])),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, FUTEX_PRIVATE_FLAG, 6, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kHigh),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(begin >> 32U), 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kLow),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, static_cast<std::uint32_t>(begin), 0, 1),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, static_cast<std::uint32_t>(end), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return -errno;
  }
  const long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  return listener < 0 ? -errno : static_cast<int>(listener);
}

}  // namespace

void attached(ActorThread& thread) {
  if (thread.party != cell::kHostParty) {
    return;
  }
  cell::Cell& cell = *thread.cell;
  const int listener = install(cell);
  cell.listener_pid.store(getpid());
  cell.listener.store(listener);
  if (listener >= 0) {
    // Answered as soon as the coordinator has its own descriptor. This one must go: while any is open, those who wait
    // for an answer would outlive the coordinator.
    syscall(SYS_futex, &cell.parties[cell::kCoordinator].go, FUTEX_WAKE, 0, nullptr, nullptr, 0);
    close(listener);
  }
}

}  // namespace lockstep::shim
