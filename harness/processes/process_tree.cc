#include "harness/processes/process_tree.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "harness/base/file_descriptor.h"
#include "harness/processes/death.h"
#include "harness/processes/proc_file.h"

namespace lockstep::processes {
namespace {

std::string path_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

std::optional<Stat> stat_of(pid_t pid) {
  std::string buffer;
  return parse_stat(ProcFile(path_of(pid) + "/stat").read_line(buffer));
}

// A process that can be signalled and waited for with no danger of meeting another one under its pid (pidfd_open(2),
// Linux 5.3).
class Handle {
 public:
  explicit Handle(ProcessId id) : id_(id), descriptor_(static_cast<int>(syscall(SYS_pidfd_open, id.pid, 0))) {
    // Whoever had the pid when the descriptor was opened keeps the descriptor; so it is looked at only now.
    if (descriptor_.get() < 0 && errno != ESRCH) {
      throw std::system_error(errno, std::generic_category(), "pidfd_open");
    }
    if (identify(id.pid) != id) {
      descriptor_ = base::FileDescriptor();
    }
  }

  [[nodiscard]] ProcessId id() const { return id_; }

  void send(int signal) const {
    if (descriptor_.get() >= 0 && syscall(SYS_pidfd_send_signal, descriptor_.get(), signal, nullptr, 0) != 0 &&
        errno != ESRCH) {
      throw std::system_error(errno, std::generic_category(), "pidfd_send_signal");
    }
  }

  void wait_until_dead() const {
    pollfd dead{descriptor_.get(), POLLIN, 0};
    while (descriptor_.get() >= 0 && poll(&dead, 1, -1) < 0) {
      if (errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "poll");
      }
    }
  }

  // REQUIRES: it is dead.
  void reap() const {
    siginfo_t info{};
    // ECHILD: somebody else's child, or reaped already.
    if (descriptor_.get() >= 0 && identify(id_.pid) == id_) {
      waitid(P_PID, static_cast<id_t>(id_.pid), &info, WEXITED | WNOHANG);
    }
  }

 private:
  ProcessId id_;
  base::FileDescriptor descriptor_;
};

// Stops everything below the root before anything is killed: a process whose parent dies would no longer be found below
// the root. A stop that was sent already prevents every later fork (the kernel restarts a clone that finds a signal
// pending), so the rounds end when one of them finds nobody new.
std::vector<Handle> stop_tree(pid_t root) {
  std::vector<Handle> stopped;
  for (bool found_new = true; found_new;) {
    found_new = false;
    std::vector<pid_t> family = descendants(root);
    if (root != getpid()) {
      family.insert(family.begin(), root);
    }
    for (const pid_t pid : family) {
      const std::optional<ProcessId> id = identify(pid);
      const bool known =
          std::any_of(stopped.begin(), stopped.end(), [&](const Handle& handle) { return handle.id() == id; });
      if (id && !known) {
        stopped.emplace_back(*id);
        stopped.back().send(SIGSTOP);
        found_new = true;
      }
    }
  }
  return stopped;
}

}  // namespace

std::optional<ProcessId> identify(pid_t pid) {
  const std::optional<Stat> stat = stat_of(pid);
  return stat ? std::optional(ProcessId{pid, stat->start_time}) : std::nullopt;
}

std::vector<pid_t> threads(pid_t pid) {
  std::vector<pid_t> tids;
  ProcFile(path_of(pid) + "/task", O_DIRECTORY).append_entries(tids);
  return tids;
}

std::optional<std::vector<pid_t>> children_by_file(pid_t pid) {
  static const bool kernel_has_files = ProcFile("/proc/thread-self/children").error() == 0;
  if (!kernel_has_files) {
    return std::nullopt;
  }
  std::vector<pid_t> children;
  for (const pid_t tid : threads(pid)) {
    ProcFile(path_of(pid) + "/task/" + std::to_string(tid) + "/children").append_numbers(children);
  }
  return children;
}

std::vector<pid_t> children_by_scan(pid_t pid) {
  std::vector<pid_t> everybody;
  ProcFile("/proc", O_DIRECTORY).append_entries(everybody);
  std::vector<pid_t> children;
  for (const pid_t candidate : everybody) {
    const std::optional<Stat> stat = stat_of(candidate);
    if (stat && stat->parent == pid) {
      children.push_back(candidate);
    }
  }
  return children;
}

std::vector<pid_t> descendants(pid_t root) {
  std::vector<pid_t> found{root};
  for (std::size_t next = 0; next < found.size(); ++next) {
    const pid_t parent = found[next];
    std::optional<std::vector<pid_t>> children = children_by_file(parent);
    if (!children) {
      children = children_by_scan(parent);
    }
    for (const pid_t child : *children) {
      // A pid given again during the walk must not make it a circle.
      if (std::find(found.begin(), found.end(), child) == found.end()) {
        found.push_back(child);
      }
    }
  }
  found.erase(found.begin());
  return found;
}

bool is_below(pid_t pid, pid_t root) {
  constexpr int kDepthMax = 64;  // a pid given again during the walk must not make it a circle
  for (int depth = 0; pid > 1 && depth < kDepthMax; ++depth) {
    const std::optional<Stat> stat = stat_of(pid);
    if (!stat || stat->parent == root) {
      return stat.has_value();
    }
    pid = stat->parent;
  }
  return false;
}

void kill_tree(pid_t root) {
  // One round is enough unless the caller is the root and another of its threads goes on forking.
  for (std::vector<Handle> family = stop_tree(root); !family.empty(); family = stop_tree(root)) {
    for (const Handle& handle : family) {
      handle.send(SIGKILL);
    }
    for (const Handle& handle : family) {
      handle.wait_until_dead();
    }
    // Only now: an orphan becomes ours when its parent is dead.
    for (const Handle& handle : family) {
      handle.reap();
    }
    if (root != getpid()) {
      return;
    }
  }
}

void kill_session(pid_t session) {
  for (bool found = true; found;) {
    found = false;
    for (const pid_t pid : descendants(getpid())) {
      if (getsid(pid) != session) {
        continue;
      }
      if (!death_of_process(pid).has_value()) {
        kill_tree(pid);
        found = true;
      } else if (waitpid(pid, nullptr, WNOHANG) == pid) {
        found = true;
      }
    }
  }
}

}  // namespace lockstep::processes
