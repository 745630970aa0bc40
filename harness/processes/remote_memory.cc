#include "harness/processes/remote_memory.h"

#include <cinttypes>
#include <cstdio>
#include <string>

#include <sys/uio.h>

namespace lockstep::processes {
namespace {

constexpr std::uint64_t kPage = 4096;

std::uint64_t key_of_page(pid_t pid, std::uint64_t page) {
  std::uint64_t key = page;
  std::FILE* const maps = std::fopen(("/proc/" + std::to_string(pid) + "/maps").c_str(), "re");
  if (maps == nullptr) {
    return key;
  }
  std::uint64_t begin = 0, end = 0, offset = 0, inode = 0;
  char line[512];
  while (std::fgets(line, sizeof line, maps) != nullptr) {
    if (std::sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %" SCNu64, &begin, &end, &offset, &inode) == 4 &&
        begin <= page && page < end) {
      key = (inode << 40U) ^ (offset + (page - begin));
      break;
    }
  }
  std::fclose(maps);
  return key;
}

}  // namespace

bool read_memory(pid_t pid, std::uint64_t address, void* to, std::size_t bytes) {
  const iovec local{to, bytes};
  const iovec remote{reinterpret_cast<void*>(address), bytes};
  return process_vm_readv(pid, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(bytes);
}

bool write_memory(pid_t pid, std::uint64_t address, const void* from, std::size_t bytes) {
  const iovec local{const_cast<void*>(from), bytes};
  const iovec remote{reinterpret_cast<void*>(address), bytes};
  return process_vm_writev(pid, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(bytes);
}

std::uint64_t SharedWords::key(pid_t pid, std::uint64_t address) {
  const std::uint64_t page = address & ~(kPage - 1);
  // Addresses have 47 bits, page numbers 35; a pid has at most 22.
  const auto [known, fresh] = pages_.try_emplace((static_cast<std::uint64_t>(pid) << 40U) ^ (page / kPage), 0);
  if (fresh) {
    known->second = key_of_page(pid, page);
  }
  return known->second + (address - page);
}

}  // namespace lockstep::processes
