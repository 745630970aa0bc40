#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/processes/proc_file.h"
#include "harness/processes/system_call.h"

namespace lockstep::processes {

enum class Answer : std::uint8_t {
  kBlocked,       // proved: at one moment every thread of the family was asleep
  kRunning,       // not proved, this time: somebody ran, or came or went
  kGone,          // a calling thread has ended: it will never return
  kUnobservable,  // the kernel will not tell (ptrace access, see ptrace(2); CONFIG_SCHED_INFO): no use in asking again
};

struct CallWait {
  pid_t tid = 0;
  Wait wait = Wait::kTimeout;
  long system_call = SystemCall::kNone;
};

struct Observation {
  Answer answer = Answer::kRunning;
  // kBlocked only: the wait of each calling thread, in the order asked.
  std::vector<CallWait> calls;
  // kBlocked only: the other threads that time may wake (kEventOrTimeout, kTimeout). If there are none, and every call
  // waits for an event, then nothing will happen until somebody outside acts.
  std::vector<pid_t> others_timed;
  // Why it is not kBlocked: "thread 4711 is running".
  std::string reason;
};

// Proves that the calls in progress in a family of processes are blocked. The family is the roots and everything below
// them, as of each observation: helper servers count. With its own pid as a root the observing process means everything
// below itself, and orphans too if it is a child subreaper; itself it leaves out.
//
// The proof is a double collect. For each thread, in this order:
//
//     list of threads                             L1
//     collect 1: schedstat p1, system call c      for every thread, then
//     list of threads                             L2, and a moment T at its end
//     collect 2: state s, schedstat p2            for every thread
//
// schedstat holds the time on the CPU and how often the thread was given one: cheaper than the counters of context
// switches in `status` (1 us, not 8), and as exact. A system call is readable only while the thread is off the CPU and
// off the run queue, else the kernel says "running" (task_current_syscall() in lib/syscall.c).
//
// Claim. If L1 = L2, and for every thread p1 = p2, c is not "running", and s is S (asleep), T (stopped) or Z (dead),
// then all of them are asleep at T, with no wake-up under way, and in the system calls that were read.
// Proof. Suppose that one is not, at a moment t from the end of collect 1 to the start of collect 2. At c it was off
// the CPU, so if it runs at any time from c to s it was given the CPU after p1, and p2 > p1. It does run then:
//   (1) if it is on the CPU at t, by itself;
//   (2) if it is on the run queue at t, its state is R, and only running can it set another, to be seen at s;
//   (3) if it is between both at t, woken but not yet on a run queue: likewise. Such a thread still shows its old
//       system call. Its state is R, and this is why the state is read besides, and in collect 2.
//   (4) If it is alive at T but not in L2: by (1) to (3) all threads in L1 sleep from the end of collect 1 to the start
//       of collect 2, so only strangers to L1 run while the walk for L2 is made. Each of them that is alive when the
//       walk passes its place is in L2, and L1 = L2 fails. One that has ended by then woke whom it would wake before s,
//       see (3); those that it started come later in the walk.
// So nobody in the family runs at T, and nobody will until something from outside comes: the observer's side acts, a
// signal is sent, or a timer expires. What the proof needs:
//   - Everyone who may wake a member is a member. A lock server outside the family voids it.
//   - A wake-up is under way in the kernel only while it counts as (3). This holds for futexes, pipes, UNIX sockets,
//     eventfds, file locks, System V and POSIX queues and semaphores, and the end of processes. It does not hold for
//     TCP, even over loopback, when a kernel thread carries the data; nor for disks, so state D proves nothing.
//   - Timers: `wait` tells which threads time may wake, by the call they are in; see classify() for what it can't know.
class Observer {
 public:
  // `proc` is where to read; tests say what the kernel would.
  explicit Observer(std::vector<pid_t> roots, std::string proc = "/proc")
      : roots_(std::move(roots)), proc_(std::move(proc)) {}

  // Never waits for anybody. Costs about 10 us a thread and 15 us a process. Throws std::system_error only if this
  // process is out of descriptors (it keeps four for each thread, one for each process).
  [[nodiscard]] Observation observe(std::span<const pid_t> calling_tids);

 private:
  struct Thread {
    ProcFile system_call_file;
    ProcFile stat_file;
    ProcFile schedstat_file;
    ProcFile children_file;
    std::string schedstat;   // of collect 1
    SystemCall system_call;  // of collect 1
    char state = '?';        // of collect 2
  };
  struct Process {
    ProcFile task_directory;
    std::map<pid_t, Thread> threads;
  };

  [[nodiscard]] std::vector<pid_t> list();
  [[nodiscard]] std::vector<pid_t> list_process(pid_t pid, Process& process);
  [[nodiscard]] std::optional<Observation> collect();
  [[nodiscard]] std::optional<Observation> collect_again();
  [[nodiscard]] Thread* find(pid_t tid);
  [[nodiscard]] bool holds_unreadable_file() const;
  [[nodiscard]] Observation describe(std::span<const pid_t> calling_tids);
  [[nodiscard]] Observation attempt(std::span<const pid_t> calling_tids);

  std::vector<pid_t> roots_;
  std::string proc_;
  std::map<pid_t, Process> processes_;
};

}  // namespace lockstep::processes
