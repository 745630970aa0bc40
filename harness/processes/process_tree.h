#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep::processes {

// A pid is given again to another process after its owner was reaped; with the time of its start it is not.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start_time = 0;  // field 22 of /proc/PID/stat, in clock ticks since boot
  bool operator==(const ProcessId&) const = default;
};

// Nothing if there is no such process. A zombie is one still.
[[nodiscard]] std::optional<ProcessId> identify(pid_t pid);

// The threads of a process, by thread id; empty if there is no such process.
[[nodiscard]] std::vector<pid_t> threads(pid_t pid);

// Two ways to the same answer, zombies included. The first reads /proc/PID/task/*/children (CONFIG_PROC_CHILDREN) and
// answers nothing where the kernel has no such files; the second looks through all of /proc.
[[nodiscard]] std::optional<std::vector<pid_t>> children_by_file(pid_t pid);
[[nodiscard]] std::vector<pid_t> children_by_scan(pid_t pid);

// All processes below the root, parents before children, without the root. A process whose parent ended belongs to
// init, or to the nearest child subreaper (prctl(2)), and is found below that one only.
[[nodiscard]] std::vector<pid_t> descendants(pid_t root);

// Whether it is a process below the root: the root is not, nor is one of which nothing is known.
[[nodiscard]] bool is_below(pid_t pid, pid_t root);

// Kills the root and everything below it, waits until all of it is dead, and reaps what is the caller's: its children
// and, if it is a child subreaper, orphans. With its own pid as the root the caller kills everything below itself.
// A pid that meanwhile belongs to another process is left alone. Throws std::system_error if the kernel refuses.
void kill_tree(pid_t root);

// Kills and reaps what is below the caller and in the session: who has lost its parent still is. The session's number
// is nobody else's as long as somebody is in it.
void kill_session(pid_t session);

}  // namespace lockstep::processes
