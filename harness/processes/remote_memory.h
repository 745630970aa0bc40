#pragma once

#include <cstdint>
#include <unordered_map>

#include <sys/types.h>

namespace lockstep::processes {

// Memory of another process (process_vm_readv(2)). False if it is not to be had: the process is gone, or the address is
// none of its.
[[nodiscard]] bool read_memory(pid_t pid, std::uint64_t address, void* to, std::size_t bytes);
[[nodiscard]] bool write_memory(pid_t pid, std::uint64_t address, const void* from, std::size_t bytes);

// What the kernel keys a shared futex by: the file and the offset in it, whatever the address. Pages once seen are
// kept: a process that replays never unmaps the memory of its locks.
class SharedWords {
 public:
  // The same number for the same word, in whatever process.
  [[nodiscard]] std::uint64_t key(pid_t pid, std::uint64_t address);

 private:
  std::unordered_map<std::uint64_t, std::uint64_t> pages_;  // by pid and page
};

}  // namespace lockstep::processes
