#include "impl/platform/arena.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <vector>

namespace lockstep::impl {
namespace {

constexpr std::size_t kSlotsPerFile = 16384;

bool all_zero(const Arena::Place& place) {
  return std::all_of(place.address(), place.address() + Arena::kSlotSize, [](std::byte b) { return b == std::byte{}; });
}

bool open(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

template <class Body>
bool true_in_child(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(body() ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ArenaTest, SlotsAreApartAndZero) {
  Arena arena;
  const Arena::Place first = arena.allocate();
  const Arena::Place second = arena.allocate();
  EXPECT_TRUE(all_zero(first) && all_zero(second));
  EXPECT_EQ(second.address() - first.address(), 64);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first.address()) % 64, 0U);
}

TEST(ArenaTest, ASlotThatNobodyElseKnowsIsReusedAndZeroAgain) {
  Arena arena;
  Arena::Place place = arena.allocate();
  std::byte* address = place.address();
  std::memset(address, 0xff, Arena::kSlotSize);
  arena.release(std::move(place));
  const Arena::Place again = arena.allocate();
  EXPECT_EQ(again.address(), address);
  EXPECT_TRUE(all_zero(again));
}

TEST(ArenaTest, AnExportedSlotIsNotReused) {
  Arena arena;
  Arena::Place place = arena.allocate();
  place.exported = true;
  std::byte* address = place.address();
  arena.release(std::move(place));
  EXPECT_NE(arena.allocate().address(), address);
}

TEST(ArenaTest, ASlotThatAForkCopiedIsNotReused) {
  Arena arena;
  Arena::Place place = arena.allocate();
  std::byte* address = place.address();
  EXPECT_TRUE(true_in_child([] { return true; }));
  arena.release(std::move(place));
  EXPECT_NE(arena.allocate().address(), address);
}

TEST(ArenaTest, AForkedChildSeesTheParentsSlotsAndStartsAFileOfItsOwn) {
  Arena arena;
  Arena::Place place = arena.allocate();
  EXPECT_TRUE(true_in_child([&] {
    *place.address() = std::byte{42};
    const Arena::Place own = arena.allocate();
    arena.release(std::move(place));  // Not the child's to reuse.
    const Arena::Place next = arena.allocate();
    return own.file != next.file ? false : own.index == 0 && next.index == 1;
  }));
  EXPECT_EQ(*place.address(), std::byte{42});
}

TEST(ArenaTest, AttachingSharesTheSlot) {
  Arena creator;
  static_cast<void>(creator.allocate());
  const Arena::Place place = creator.allocate();
  Arena other;
  const Arena::Place attached = other.attach(place.descriptor(), place.offset());
  EXPECT_NE(attached.address(), place.address());
  *attached.address() = std::byte{7};
  EXPECT_EQ(*place.address(), std::byte{7});
  EXPECT_NE(attached.descriptor(), place.descriptor());
  EXPECT_EQ(other.attach(place.descriptor(), 0).file, attached.file);
}

TEST(ArenaTest, AttachingRefusesWhatIsNoSlot) {
  Arena arena;
  const Arena::Place place = arena.allocate();
  EXPECT_THROW(static_cast<void>(arena.attach(-1, 0)), std::system_error);
  EXPECT_THROW(static_cast<void>(arena.attach(place.descriptor(), 1)), std::system_error);
  EXPECT_THROW(static_cast<void>(arena.attach(place.descriptor(), kSlotsPerFile * 64)), std::system_error);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_THROW(static_cast<void>(arena.attach(ends[0], 0)), std::system_error);
  close(ends[0]);
  close(ends[1]);
}

TEST(ArenaTest, AFullFileIsFollowedByAnotherAndGoesWithItsLastSlot) {
  Arena arena;
  std::vector<Arena::Place> places;
  for (std::size_t i = 0; i < kSlotsPerFile; ++i) {
    places.push_back(arena.allocate());
    places.back().exported = true;
  }
  const int descriptor = places.front().descriptor();
  const Arena::Place next = arena.allocate();
  EXPECT_NE(next.file, places.front().file);
  while (places.size() > 1) {
    arena.release(std::move(places.back()));
    places.pop_back();
  }
  EXPECT_TRUE(open(descriptor));
  arena.release(std::move(places.back()));
  places.clear();
  EXPECT_FALSE(open(descriptor));
}

}  // namespace
}  // namespace lockstep::impl
