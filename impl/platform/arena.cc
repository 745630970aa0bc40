#include "impl/platform/arena.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "impl/platform/identity.h"

namespace lockstep::impl {
namespace {

constexpr std::size_t kFileSize = std::size_t{1} << 20U;
constexpr auto kSlotsPerFile = static_cast<std::uint32_t>(kFileSize / Arena::kSlotSize);

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

[[noreturn]] void refused(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// Closes itself on the way out of a failure.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) {
      close(number_);
    }
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Descriptor create_file() {
  // Kernels before 6.3 do not know the seal against execution, and say EINVAL.
  int number = memfd_create("lockstep-arena", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (number < 0 && errno == EINVAL) {
    number = memfd_create("lockstep-arena", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  }
  if (number < 0) {
    refused("memfd_create");
  }
  Descriptor file(number);
  if (ftruncate(number, static_cast<off_t>(kFileSize)) != 0) {
    refused("ftruncate");
  }
  // A shorter file would turn every use of a lock into SIGBUS.
  if (fcntl(number, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
    refused("fcntl(F_ADD_SEALS)");
  }
  return file;
}

}  // namespace

struct Arena::File {
  explicit File(Descriptor&& opened, std::uint64_t creator_generation)
      : descriptor(std::move(opened)), creator(creator_generation) {
    void* mapped = mmap(nullptr, kFileSize, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number(), 0);
    if (mapped == MAP_FAILED) {
      refused("mmap");
    }
    base = static_cast<std::byte*>(mapped);
    struct stat status {};
    if (fstat(descriptor.number(), &status) != 0) {
      refused("fstat");
    }
    device = status.st_dev;
    inode = status.st_ino;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { munmap(base, kFileSize); }

  Descriptor descriptor;
  std::uint64_t creator;  // The fork generation that made the file; 0 if it was attached.
  std::byte* base = nullptr;
  dev_t device = 0;
  ino_t inode = 0;
  std::uint32_t used = 0;               // Slots below it were handed out at least once.
  std::vector<std::uint32_t> reusable;  // Those of them that came back, and that nobody else knows.
};

std::byte* Arena::Place::address() const { return file->base + offset(); }

int Arena::Place::descriptor() const { return file->descriptor.number(); }

Arena::Place Arena::allocate() {
  const std::uint64_t me = process_generation();
  if (current_ == nullptr || current_->creator != me ||
      (current_->reusable.empty() && current_->used == kSlotsPerFile)) {
    current_ = std::make_shared<File>(create_file(), me);
  }
  Place place{current_, forks_begun(), 0, false};
  if (current_->reusable.empty()) {
    place.index = current_->used++;
  } else {
    place.index = current_->reusable.back();
    current_->reusable.pop_back();
    std::memset(place.address(), 0, kSlotSize);
  }
  return place;
}

Arena::Place Arena::attach(int descriptor, std::size_t offset) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) {
    refused("fstat");
  }
  const int seals = fcntl(descriptor, F_GET_SEALS);
  const bool sealed = seals >= 0 && (seals & F_SEAL_SHRINK) != 0;
  if (offset % kSlotSize != 0 || offset >= kFileSize || status.st_size != static_cast<off_t>(kFileSize) || !sealed) {
    errno = EINVAL;
    refused("not a slot of an arena");
  }
  const auto index = static_cast<std::uint32_t>(offset / kSlotSize);
  std::erase_if(attached_, [](const std::weak_ptr<File>& file) { return file.expired(); });
  for (const std::weak_ptr<File>& known : attached_) {
    std::shared_ptr<File> file = known.lock();
    if (file->device == status.st_dev && file->inode == status.st_ino) {
      return {std::move(file), 0, index, true};
    }
  }
  Descriptor copy(fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  if (copy.number() < 0) {
    refused("fcntl(F_DUPFD_CLOEXEC)");
  }
  auto file = std::make_shared<File>(std::move(copy), 0);
  attached_.push_back(file);
  return {std::move(file), 0, index, true};
}

// The place ends here, and its file with it if it was the last one.
void Arena::release(Place place) {  // NOLINT(performance-unnecessary-value-param)
  if (!place.exported && place.forks == forks_begun() && place.file->creator == process_generation()) {
    place.file->reusable.push_back(place.index);  // By (3). Otherwise the file goes with its last Place.
  }
}

}  // namespace lockstep::impl
