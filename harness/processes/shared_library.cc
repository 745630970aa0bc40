#include "harness/processes/shared_library.h"

#include <cerrno>
#include <cstring>

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness/replay/carrier.h"

namespace lockstep::processes {
namespace {

#if defined(__x86_64__)
constexpr auto kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr auto kMachine = EM_AARCH64;
#else
#error "unsupported machine"
#endif

}  // namespace

SharedLibrary::SharedLibrary(const std::string& path) : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (file_.get() < 0) {
    throw replay::AdapterError("can't load " + path + ": " + std::strerror(errno));
  }
  Elf64_Ehdr header{};
  const bool is_elf = pread(file_.get(), &header, sizeof header, 0) == sizeof header &&
                      std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_type == ET_DYN;
  if (!is_elf) {
    throw replay::AdapterError("can't load " + path + ": it is no shared library");
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kMachine) {
    throw replay::AdapterError("can't load " + path + ": it was built for another machine");
  }
}

std::string SharedLibrary::preloadable_path() const {
  if (path_.find_first_of(" :") == std::string::npos) {
    return path_;
  }
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(file_.get());
}

}  // namespace lockstep::processes
