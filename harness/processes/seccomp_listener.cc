#include "harness/processes/seccomp_listener.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

// Since Linux 6.6; the header may be older than the kernel.
// NOLINTBEGIN(readability-identifier-naming): the kernel's names
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif
// NOLINTEND(readability-identifier-naming)

namespace lockstep::processes {
namespace {

constexpr long kLook_ns = 20'000'000;

std::system_error failure(const char* what) { return {errno, std::generic_category(), what}; }

base::FileDescriptor descriptor_of(pid_t pid, int remote) {
  const base::FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (process.get() < 0) {
    return {};
  }
  return base::FileDescriptor(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), remote, 0)));
}

// In a child: a process can't get rid of a filter again. Exits with the errno, or stays with its listener until killed.
[[noreturn]] void try_out(int report) {
  sock_filter filter[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program{1, filter};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  const int answer = listener < 0 ? -errno : static_cast<int>(listener);
  (void)!write(report, &answer, sizeof answer);
  pause();
  _exit(0);
}

}  // namespace

std::string SeccompListener::unavailable() {
  int pipe_ends[2] = {-1, -1};
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
    throw failure("can't make a pipe");
  }
  const base::FileDescriptor from(pipe_ends[0]);
  base::FileDescriptor to(pipe_ends[1]);
  const pid_t child = fork();
  if (child < 0) {
    throw failure("can't start a process");
  }
  if (child == 0) {
    try_out(to.get());
  }
  to = base::FileDescriptor();
  int answer = -ECHILD;
  std::string reason;
  if (read(from.get(), &answer, sizeof answer) != sizeof answer || answer < 0) {
    reason = std::string("seccomp user notification is not available: ") + std::strerror(-answer);
  } else if (descriptor_of(child, answer).get() < 0) {
    reason = std::string("pidfd_getfd() is not available: ") + std::strerror(errno);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return reason;
}

SeccompListener::SeccompListener(pid_t pid, int remote)
    : listener_(descriptor_of(pid, remote)), timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (listener_.get() < 0) {
    throw failure("can't take over a seccomp listener");
  }
  const itimerspec every{{0, kLook_ns}, {0, kLook_ns}};
  if (timer_.get() < 0 || timerfd_settime(timer_.get(), 0, &every, nullptr) != 0) {
    throw failure("can't set a timer");
  }
  // Its two ends never run at once, so the one that is woken had better run where the other just did. Only a hint:
  // kernels before 6.6 refuse it.
  ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

std::optional<Notification> SeccompListener::receive() {
  pollfd ready[2] = {{listener_.get(), POLLIN, 0}, {timer_.get(), POLLIN, 0}};
  if (poll(ready, 2, -1) < 0) {
    return std::nullopt;  // a signal
  }
  if (ready[1].revents != 0) {
    std::uint64_t ticks = 0;
    (void)!read(timer_.get(), &ticks, sizeof ticks);
  }
  seccomp_notif stopped{};
  if ((ready[0].revents & POLLIN) == 0 || ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, &stopped) != 0) {
    return std::nullopt;  // the thread may have been killed meanwhile
  }
  Notification notification;
  notification.id = stopped.id;
  notification.tid = static_cast<pid_t>(stopped.pid);
  for (int index = 0; index < 6; ++index) {
    notification.arguments[index] = stopped.data.args[index];
  }
  return notification;
}

void SeccompListener::answer(std::uint64_t id, std::int64_t result, int error) { send(id, result, -error, 0); }

void SeccompListener::let_pass(std::uint64_t id) { send(id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE); }

void SeccompListener::send(std::uint64_t id, std::int64_t result, int error, std::uint32_t flags) {
  seccomp_notif_resp response{id, result, error, flags};
  if (ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response) != 0 && errno != ENOENT && errno != EINPROGRESS) {
    throw failure("can't answer a system call");
  }
}

}  // namespace lockstep::processes
