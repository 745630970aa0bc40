#include "harness/processes/workers.h"

#include <cerrno>
#include <csignal>
#include <exception>
#include <new>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/file_descriptor.h"
#include "harness/processes/death.h"

namespace lockstep::processes {
namespace {

constexpr int kTick_ms = 100;

struct Worker {
  pid_t pid = -1;
  base::FileDescriptor output;  // a file in memory: a pipe would have to be emptied while it works
  bool ended = false;
  WorkerResult result;
};

std::system_error system_failure(const char* what) { return {errno, std::generic_category(), what}; }

std::string read_all(int file) {
  std::string text(static_cast<std::size_t>(lseek(file, 0, SEEK_END)), '\0');
  std::size_t got = 0;
  while (got < text.size()) {
    const ssize_t more = pread(file, text.data() + got, text.size() - got, static_cast<off_t>(got));
    if (more <= 0) {
      break;
    }
    got += static_cast<std::size_t>(more);
  }
  text.resize(got);
  return text;
}

void write_all(int file, const std::string& text) {
  for (std::size_t put = 0; put < text.size();) {
    const ssize_t more = write(file, text.data() + put, text.size() - put);
    if (more <= 0) {
      _exit(3);
    }
    put += static_cast<std::size_t>(more);
  }
}

Worker start(int index, Progress& progress, const std::function<std::string(int, Progress&)>& work) {
  Worker worker;
  worker.output = base::FileDescriptor(memfd_create("lockstep-worker", MFD_CLOEXEC));
  if (worker.output.get() < 0) {
    throw system_failure("can't make a file in memory");
  }
  worker.pid = fork();
  if (worker.pid < 0) {
    throw system_failure("can't start a worker");
  }
  if (worker.pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // which it catches, and then ends its actors
    pin_to_processor(index);
    try {
      write_all(worker.output.get(), work(index, progress));
      _exit(0);
    } catch (const std::exception& error) {
      write_all(worker.output.get(), error.what());
      _exit(3);
    }
  }
  return worker;
}

void collect(Worker& worker) {
  const auto death = death_of_child(worker.pid);
  if (!death.has_value()) {
    return;
  }
  worker.ended = true;
  waitpid(worker.pid, nullptr, 0);
  const std::string text = read_all(worker.output.get());
  if (*death == "exit status 0") {
    worker.result.output = text;
  } else {
    worker.result.error = *death == "exit status 3" ? text : "a worker ended: " + *death;
  }
}

}  // namespace

int processors() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

void pin_to_processor(int index) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    return;
  }
  int wanted = index % CPU_COUNT(&allowed);
  for (std::size_t processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (CPU_ISSET(processor, &allowed) && wanted-- == 0) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(processor, &one);
      sched_setaffinity(0, sizeof one, &one);
      return;
    }
  }
}

std::vector<WorkerResult> run_workers(int count, const std::function<std::string(int, Progress&)>& work,
                                      const std::function<void(Progress&)>& tick) {
  void* const memory = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    throw system_failure("can't map shared memory");
  }
  auto& progress = *new (memory) Progress();
  std::vector<Worker> workers;
  for (int index = 0; index < count; ++index) {
    workers.push_back(start(index, progress, work));
  }
  for (bool working = true; working;) {
    working = false;
    poll(nullptr, 0, kTick_ms);
    tick(progress);
    for (Worker& worker : workers) {
      if (!worker.ended) {
        collect(worker);
        working = working || !worker.ended;
      }
    }
  }
  munmap(memory, sizeof(Progress));
  std::vector<WorkerResult> results;
  for (Worker& worker : workers) {
    results.push_back(std::move(worker.result));
  }
  return results;
}

}  // namespace lockstep::processes
