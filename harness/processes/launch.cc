#include "harness/processes/launch.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/check.h"
#include "harness/cell/layout.h"
#include "harness/processes/environment.h"
#include "harness/replay/carrier.h"

namespace lockstep::processes {
namespace {

std::vector<std::string> environment_of(const Launch& launch, const SharedLibrary& shim, const std::string& cell_path,
                                        std::uintptr_t cell_address) {
  char address[32];
  std::snprintf(address, sizeof address, "%zx", static_cast<std::size_t>(cell_address));
  std::vector<std::string> environment = launch.environment;
  environment.push_back(std::string(cell::kPathVariable) + "=" + cell_path);
  environment.push_back(std::string(cell::kAddressVariable) + "=" + address);
  environment.push_back("LOCKSTEP_ACTOR_LIBRARY=" + launch.actor_library);
  environment.push_back("PYTHONDONTWRITEBYTECODE=1");
  if (!launch.shim.empty()) {
    environment.push_back("LD_PRELOAD=" + shim.preloadable_path());
  }
  return with_inherited(std::move(environment));
}

}  // namespace

Launch with_shim(Launch launch, const std::string& carrier) {
  const std::size_t end = launch.shim.rfind(".so");
  LOCKSTEP_CHECK(end != std::string::npos);
  launch.shim.insert(end, "_" + carrier);
  return launch;
}

HostProcess start_host(const Launch& launch, const std::string& cell_path, std::uintptr_t cell_address) {
  HostProcess host;
  if (!launch.actor_library.empty()) {
    (void)SharedLibrary(launch.actor_library);
  }
  if (!launch.shim.empty()) {
    host.shim = SharedLibrary(launch.shim);
  }
  host.output = base::FileDescriptor(memfd_create("lockstep-output", MFD_CLOEXEC));
  base::FileDescriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  int pipe_ends[2] = {-1, -1};
  if (host.output.get() < 0 || nothing.get() < 0 || pipe2(pipe_ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "can't start an implementation");
  }
  base::FileDescriptor exec_failed_read(pipe_ends[0]);
  base::FileDescriptor exec_failed_write(pipe_ends[1]);
  std::vector<std::string> arguments = {launch.python, launch.actor_file, launch.module, launch.start_method};
  std::vector<std::string> environment = environment_of(launch, host.shim, cell_path, cell_address);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  fcntl(host.output.get(), F_SETFL, O_APPEND);  // several processes write; none may overwrite another
  host.pid = fork();
  if (host.pid < 0) {
    throw std::system_error(errno, std::generic_category(), "can't start a process");
  }
  if (host.pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    dup2(nothing.get(), 0);
    dup2(host.output.get(), 1);
    dup2(host.output.get(), 2);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (launch.host) {
      exec_failed_write = base::FileDescriptor();
      launch.host();
      _exit(0);
    }
    execvpe(argv[0], argv.data(), envp.data());
    const int error = errno;
    (void)!write(exec_failed_write.get(), &error, sizeof error);
    _exit(127);
  }
  exec_failed_write = base::FileDescriptor();
  int error = 0;
  if (read(exec_failed_read.get(), &error, sizeof error) == sizeof error) {
    waitpid(host.pid, nullptr, 0);
    throw replay::AdapterError("can't execute " + launch.python + ": " + std::strerror(error));
  }
  return host;
}

void trim_output(const HostProcess& host) {
  constexpr off_t kBytesMax = off_t{16} << 20U;
  struct stat status {};
  if (fstat(host.output.get(), &status) == 0 && status.st_size > kBytesMax) {
    (void)!ftruncate(host.output.get(), 0);  // writers append
  }
}

std::string last_output(const HostProcess& host, std::size_t bytes) {
  const off_t size = lseek(host.output.get(), 0, SEEK_END);
  const off_t from = size > static_cast<off_t>(bytes) ? size - static_cast<off_t>(bytes) : 0;
  std::string text(bytes, '\0');
  const ssize_t got = pread(host.output.get(), text.data(), bytes, from);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
    text.pop_back();
  }
  // An exception's last line says most; what leads to it is left to those who run the module by hand.
  const std::size_t line = text.rfind('\n');
  return line == std::string::npos ? text : text.substr(line + 1);
}

}  // namespace lockstep::processes
