#include "harness/processes/death.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/file_descriptor.h"

namespace lockstep::processes {
namespace {

std::string describe(int status) {
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit status " + std::to_string(WEXITSTATUS(status));
}

struct Stat {
  char state;
  int exit_status;
};

// proc(5): in /proc/PID/stat the state follows the name, which may hold any character; the exit status is the last
// field.
std::optional<Stat> read_stat(pid_t pid) {
  const base::FileDescriptor file(open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  char text[1024] = {};
  if (file.get() < 0 || read(file.get(), text, sizeof text - 1) <= 0) {
    return std::nullopt;
  }
  const char* const after_name = std::strrchr(text, ')');
  if (after_name == nullptr) {
    return std::nullopt;
  }
  return Stat{after_name[2], std::atoi(std::strrchr(text, ' ') + 1)};
}

}  // namespace

std::optional<std::string> death_of_child(pid_t pid) {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
    return std::nullopt;
  }
  return (info.si_code == CLD_EXITED ? "exit status " : "signal ") + std::to_string(info.si_status);
}

std::optional<std::string> death_of_process(pid_t pid) {
  const std::optional<Stat> stat = read_stat(pid);
  if (!stat.has_value()) {
    return "ended";
  }
  return stat->state == 'Z' || stat->state == 'X' ? std::optional(describe(stat->exit_status)) : std::nullopt;
}

bool is_runnable(pid_t tid) {
  const std::optional<Stat> stat = read_stat(tid);
  return stat.has_value() && stat->state == 'R';
}

bool wait_until_stopped(pid_t pid, bool stopped, int patience_ms) {
  constexpr int kYields = 1000;  // mostly it is a matter of microseconds
  for (int tries = 0; tries < kYields + patience_ms; ++tries) {
    const std::optional<Stat> stat = read_stat(pid);
    if (!stat.has_value() || stat->state == 'Z' || (stat->state == 'T') == stopped) {
      return true;
    }
    tries < kYields ? sched_yield() : poll(nullptr, 0, 1);
  }
  return false;
}

bool wait_for_death(pid_t pid, int patience_ms) {
  const base::FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (process.get() < 0) {
    return errno == ESRCH;
  }
  pollfd ended{process.get(), POLLIN, 0};
  int result = 0;
  do {
    result = poll(&ended, 1, patience_ms);
  } while (result < 0 && errno == EINTR);
  return result > 0;
}

bool thread_exists(pid_t pid, pid_t tid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid);
  return access(path.c_str(), F_OK) == 0;
}

}  // namespace lockstep::processes
