#include "harness/processes/program.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/file_descriptor.h"
#include "harness/processes/death.h"
#include "harness/processes/environment.h"
#include "harness/processes/family.h"
#include "harness/processes/process_tree.h"
#include "harness/replay/carrier.h"

namespace lockstep::processes {
namespace {

constexpr int kLook_ms = 100;  // how often it is looked whether the user wants to stop

[[noreturn]] void refuse(int error) {
  throw std::system_error(error, std::generic_category(), "can't start a program");
}

// A file in memory, not a pipe: nobody need empty it while the program runs.
base::FileDescriptor paper() {
  base::FileDescriptor file(memfd_create("lockstep-program", MFD_CLOEXEC));
  if (file.get() < 0) {
    refuse(errno);
  }
  fcntl(file.get(), F_SETFL, O_APPEND);  // several processes write; none may overwrite another
  return file;
}

std::string text_of(const base::FileDescriptor& file) {
  std::string text(static_cast<std::size_t>(lseek(file.get(), 0, SEEK_END)), '\0');
  const ssize_t got = pread(file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

pid_t spawn(std::vector<std::string>& command, const std::vector<std::string>& environment, int output, int errors) {
  std::vector<std::string> entries = with_inherited(environment);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t defaults;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, errors, 2);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGTERM);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  const std::vector<char*> argv = pointers(command);
  const std::vector<char*> envp = pointers(entries);
  const int error = posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error == ENOENT || error == EACCES || error == ENOEXEC) {
    throw replay::AdapterError("can't execute " + command.front() + ": " + std::strerror(error));
  }
  if (error != 0) {
    refuse(error);
  }
  return pid;
}

}  // namespace

Finished run_program(std::vector<std::string> command, const std::vector<std::string>& environment, double seconds) {
  const base::FileDescriptor output = paper();
  const base::FileDescriptor errors = paper();
  const pid_t pid = spawn(command, environment, output.get(), errors.get());
  for (double left_ms = seconds * 1000; left_ms > 0 && !interrupted(); left_ms -= kLook_ms) {
    if (wait_for_death(pid, kLook_ms)) {
      break;
    }
  }
  const auto death = death_of_child(pid);
  kill_tree(pid);
  if (interrupted()) {
    throw replay::Interrupted();
  }
  return {text_of(output), text_of(errors), death.value_or("signal 9")};
}

}  // namespace lockstep::processes
