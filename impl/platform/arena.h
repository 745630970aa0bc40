#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace lockstep::impl {

// Hands out 64-byte slots of shared memory: a file without a name, mapped whole, for every 16384 of them. Forked
// children inherit the mapping; other processes attach to (file descriptor, offset). Nothing is left behind anywhere,
// however the processes end.
//
// Rules:
//   (1) A slot is handed out as 64 zero bytes, which is a free lock.
//   (2) A process hands out slots of files that it created itself. A forked child starts a file of its own, because
//       it and its parent could not agree on which slots are free.
//   (3) A slot that another process may know is not reused: one that was exported, or that a fork has copied. It is
//       retired, and its file is unmapped when this process has no slot in it left.
//
// An Arena is for one thread at a time (in Python, the one with the GIL).
// Errors: std::system_error when the kernel refuses memory or file descriptors.
class Arena {
 public:
  static constexpr std::size_t kSlotSize = 64;

  struct File;
  struct Place {
    std::shared_ptr<File> file;
    std::uint64_t forks = 0;  // forks_begun() at birth.
    std::uint32_t index = 0;
    bool exported = false;

    [[nodiscard]] std::byte* address() const;
    [[nodiscard]] int descriptor() const;  // Owned by the arena.
    [[nodiscard]] std::size_t offset() const { return index * kSlotSize; }
  };

  // A fresh slot.
  [[nodiscard]] Place allocate();

  // The slot at `offset` of an arena file that another process made. The descriptor is duplicated, once for each file,
  // and stays the caller's. Throws std::system_error (EINVAL) if there is no such slot, or the file could be cut short.
  [[nodiscard]] Place attach(int descriptor, std::size_t offset);

  // Gives a slot back. REQUIRES: nothing in this process uses it any more.
  void release(Place place);

 private:
  std::shared_ptr<File> current_;
  std::vector<std::weak_ptr<File>> attached_;
};

}  // namespace lockstep::impl
