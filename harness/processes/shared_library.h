#pragma once

#include <string>

#include "harness/base/file_descriptor.h"

namespace lockstep::processes {

// A shared library that other processes are to load: the actor library, the shim. The dynamic linker passes over what
// it can't preload with a warning, so what can be known beforehand is looked at here.
class SharedLibrary {
 public:
  SharedLibrary() = default;

  // Throws AdapterError with the reason if there is no such file, or if it is no shared library for this machine.
  explicit SharedLibrary(const std::string& path);

  // For LD_PRELOAD, whose entries are separated by spaces and colons (ld.so(8)): where the path itself has one, a name
  // without it that other processes can use as long as this object lives.
  [[nodiscard]] std::string preloadable_path() const;

 private:
  std::string path_;
  base::FileDescriptor file_;
};

}  // namespace lockstep::processes
