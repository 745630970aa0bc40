#include "harness/processes/remote_memory.h"

#include <gtest/gtest.h>

#include <array>

#include <sys/mman.h>
#include <unistd.h>

#include "harness/base/file_descriptor.h"
#include "harness/processes/test_child.h"

namespace lockstep::processes {
namespace {

std::uint64_t address_of(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

TEST(RemoteMemoryTest, AnotherProcessesMemoryIsReadAndWritten) {
  int word = 1;
  Shared<int> seen;
  const Pipe begin, written, done;
  const Child child([&] {
    word = 2;
    begin.put();
    written.take();
    *seen = word;
    done.put();
    pause();
  });
  begin.take();
  int read = 0;
  ASSERT_TRUE(read_memory(child.pid(), address_of(&word), &read, sizeof read));
  EXPECT_EQ(read, 2);
  const int three = 3;
  ASSERT_TRUE(write_memory(child.pid(), address_of(&word), &three, sizeof three));
  written.put();
  done.take();
  EXPECT_EQ(*seen, 3);
  EXPECT_EQ(word, 1);
}

TEST(RemoteMemoryTest, AnAddressThatIsNotMappedIsNoMemory) {
  int word = 0;
  EXPECT_FALSE(read_memory(getpid(), 8, &word, sizeof word));
}

TEST(SharedWordsTest, AWordHasOneKeyWhereverItIsMapped) {
  constexpr std::size_t kBytes = 2UL * 4096;
  const base::FileDescriptor file(memfd_create("lockstep-test", MFD_CLOEXEC));
  ASSERT_EQ(ftruncate(file.get(), kBytes), 0);
  const auto map = [&] {
    return static_cast<char*>(mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0));
  };
  std::array<char*, 2> at = {map(), map()};
  ASSERT_NE(at[0], at[1]);
  const Child child([] { pause(); });
  SharedWords words;
  const std::uint64_t key = words.key(getpid(), address_of(at[0] + 4160));
  EXPECT_EQ(words.key(getpid(), address_of(at[1] + 4160)), key);
  EXPECT_EQ(words.key(child.pid(), address_of(at[0] + 4160)), key);
  EXPECT_NE(words.key(getpid(), address_of(at[0] + 4164)), key);
  EXPECT_NE(words.key(getpid(), address_of(at[0] + 64)), key);
  for (char* const each : at) {
    munmap(each, kBytes);
  }
}

}  // namespace
}  // namespace lockstep::processes
