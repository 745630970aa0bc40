#include "harness/processes/quiescence.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string_view>

#include "harness/processes/process_tree.h"

namespace lockstep::processes {
namespace {

bool dead(char state) { return state == 'Z' || state == 'X' || state == 'x'; }
bool stopped(char state) { return state == 'T' || state == 't'; }

Observation unproved(Answer answer, std::string reason) {
  Observation observation;
  observation.answer = answer;
  observation.reason = std::move(reason);
  return observation;
}

Observation unproved(Answer answer, pid_t tid, std::string_view what) {
  return unproved(answer, "thread " + std::to_string(tid) + " " + std::string(what));
}

// A file that could not be read: the thread has ended since it was listed, or we may not look at it.
Observation unreadable(pid_t tid, const ProcFile& file, std::string_view name) {
  switch (file.error()) {
    case EPERM:
    case EACCES:
      return unproved(Answer::kUnobservable, tid, std::string(name) + ": not permitted (ptrace access, yama, hidepid)");
    case ESRCH:
    case ENOENT:
    case 0:
      return unproved(Answer::kRunning, tid, "came or went");
    default:
      return unproved(Answer::kUnobservable, tid, std::string(name) + ": errno " + std::to_string(file.error()));
  }
}

}  // namespace

// Brings processes_ up to date, keeping what is open. Its threads and processes, in the order of the walk.
std::vector<pid_t> Observer::list() {
  std::map<pid_t, Process> previous = std::move(processes_);
  processes_.clear();
  std::vector<pid_t> seen;
  std::vector<pid_t> pids = roots_;
  for (std::size_t next = 0; next < pids.size(); ++next) {
    const pid_t pid = pids[next];
    if (processes_.contains(pid)) {
      continue;
    }
    auto known = previous.extract(pid);
    Process& process = processes_[pid];
    if (!known.empty()) {
      process = std::move(known.mapped());
    }
    const std::vector<pid_t> children = list_process(pid, process);
    pids.insert(pids.end(), children.begin(), children.end());
    seen.push_back(pid);
    for (const auto& [tid, thread] : process.threads) {
      seen.push_back(tid);
    }
  }
  processes_.erase(getpid());
  return seen;
}

// The threads of one process, and its children as the answer. Where the kernel keeps no lists of children, all
// processes of the machine are looked through instead.
std::vector<pid_t> Observer::list_process(pid_t pid, Process& process) {
  const std::string path = proc_ + "/" + std::to_string(pid) + "/task";
  std::vector<pid_t> tids;
  process.task_directory.append_entries(tids);
  if (tids.empty()) {
    process.task_directory = ProcFile(path, O_DIRECTORY);
    process.task_directory.append_entries(tids);
  }
  std::map<pid_t, Thread> previous = std::move(process.threads);
  process.threads.clear();
  std::vector<pid_t> children;
  bool children_known = true;
  for (const pid_t tid : tids) {
    auto known = previous.extract(tid);
    if (!known.empty()) {
      process.threads.insert(std::move(known));
    } else {
      const std::string thread_path = path + "/" + std::to_string(tid);
      process.threads[tid] = {ProcFile(thread_path + "/syscall"),
                              ProcFile(thread_path + "/stat"),
                              ProcFile(thread_path + "/schedstat"),
                              ProcFile(thread_path + "/children"),
                              {},
                              {},
                              '?'};
    }
    ProcFile& file = process.threads[tid].children_file;
    file.append_numbers(children);
    children_known = children_known && file.error() == 0;
  }
  return children_known ? children : children_by_scan(pid);
}

std::optional<Observation> Observer::collect() {
  std::string buffer;
  for (auto& [pid, process] : processes_) {
    for (auto& [tid, thread] : process.threads) {
      thread.schedstat = thread.schedstat_file.read_line(buffer);
      if (thread.schedstat_file.error() == ENOENT && thread.stat_file.error() == 0) {
        return unproved(Answer::kUnobservable, tid, "has no schedstat (CONFIG_SCHED_INFO)");
      }
      if (thread.schedstat.empty()) {
        return unreadable(tid, thread.schedstat_file, "schedstat");
      }
      const std::string_view line = thread.system_call_file.read_line(buffer);
      if (line.empty()) {
        return unreadable(tid, thread.system_call_file, "syscall");
      }
      const std::optional<SystemCall> call = parse_system_call(line);
      if (!call) {
        return unproved(Answer::kRunning, tid, "is running");
      }
      thread.system_call = *call;
    }
  }
  return std::nullopt;
}

std::optional<Observation> Observer::collect_again() {
  std::string buffer;
  for (auto& [pid, process] : processes_) {
    for (auto& [tid, thread] : process.threads) {
      const std::optional<Stat> stat = parse_stat(thread.stat_file.read_line(buffer));
      if (!stat) {
        return unreadable(tid, thread.stat_file, "stat");
      }
      thread.state = stat->state;
      if (stat->state != 'S' && !stopped(stat->state) && !dead(stat->state)) {
        return unproved(Answer::kRunning, tid, "is in state " + std::string(1, stat->state));
      }
      if (thread.schedstat_file.read_line(buffer) != thread.schedstat) {
        return unproved(Answer::kRunning, tid, "ran meanwhile");
      }
    }
  }
  return std::nullopt;
}

Observer::Thread* Observer::find(pid_t tid) {
  for (auto& [pid, process] : processes_) {
    const auto found = process.threads.find(tid);
    if (found != process.threads.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

Observation Observer::describe(std::span<const pid_t> calling_tids) {
  const auto wait_of = [](const Thread& thread) {
    return stopped(thread.state) ? Wait::kStopped : classify(thread.system_call);
  };
  Observation observation;
  observation.answer = Answer::kBlocked;
  for (const pid_t tid : calling_tids) {
    const Thread& thread = *find(tid);
    observation.calls.push_back({tid, wait_of(thread), thread.system_call.number});
  }
  for (const auto& [pid, process] : processes_) {
    for (const auto& [tid, thread] : process.threads) {
      const bool calling = std::find(calling_tids.begin(), calling_tids.end(), tid) != calling_tids.end();
      const Wait wait = wait_of(thread);
      if (!calling && !dead(thread.state) && (wait == Wait::kTimeout || wait == Wait::kEventOrTimeout)) {
        observation.others_timed.push_back(tid);
      }
    }
  }
  return observation;
}

bool Observer::holds_unreadable_file() const {
  for (const auto& [pid, process] : processes_) {
    for (const auto& [tid, thread] : process.threads) {
      for (const ProcFile* file :
           {&thread.system_call_file, &thread.stat_file, &thread.schedstat_file, &thread.children_file}) {
        if (file->error() != 0) {
          return true;
        }
      }
    }
  }
  return false;
}

Observation Observer::observe(std::span<const pid_t> calling_tids) {
  Observation observation = attempt(calling_tids);
  // Among the kept files may be some of an earlier thread or process of the same number, which answer no more.
  if (observation.answer != Answer::kBlocked && holds_unreadable_file()) {
    processes_.clear();
  }
  return observation;
}

Observation Observer::attempt(std::span<const pid_t> calling_tids) {
  const std::vector<pid_t> listed = list();
  std::string buffer;
  for (const pid_t tid : calling_tids) {
    Thread* const thread = find(tid);
    const std::optional<Stat> stat = thread == nullptr ? std::nullopt : parse_stat(thread->stat_file.read_line(buffer));
    if (!stat || dead(stat->state)) {
      return unproved(Answer::kGone, tid, "has ended");
    }
  }
  if (std::optional<Observation> failed = collect()) {
    return *failed;
  }
  if (list() != listed) {
    return unproved(Answer::kRunning, "a thread or process came or went");
  }
  if (std::optional<Observation> failed = collect_again()) {
    return *failed;
  }
  return describe(calling_tids);
}

}  // namespace lockstep::processes
