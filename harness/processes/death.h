#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

// How processes end, whoever's children they are.
namespace lockstep::processes {

// How a child of this process ended, "signal 9" or "exit status 3"; it stays to be reaped. Nothing if it lives.
[[nodiscard]] std::optional<std::string> death_of_child(pid_t pid);

// The same for any process. Its status is known only while it is a zombie; one that was reaped "ended".
[[nodiscard]] std::optional<std::string> death_of_process(pid_t pid);

// Waits until the process has ended, by a pidfd, not by polling. False if it has not after `patience_ms`.
[[nodiscard]] bool wait_for_death(pid_t pid, int patience_ms);

// Waits until the process, which was sent SIGSTOP or SIGCONT, is stopped or not any more; or has ended. False if it is
// not so after `patience_ms`: it may stop itself again and again.
[[nodiscard]] bool wait_until_stopped(pid_t pid, bool stopped, int patience_ms);

// Whether the thread is on a processor, or waits for one.
[[nodiscard]] bool is_runnable(pid_t tid);

[[nodiscard]] bool thread_exists(pid_t pid, pid_t tid);

}  // namespace lockstep::processes
