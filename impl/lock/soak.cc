#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <thread>

#include "impl/lock/lock.h"
#include "impl/lock/shared_memory_for_test.h"
#include "impl/platform/deadline.h"
#include "impl/platform/futex_platform.h"

// Processes that use one lock as hard as they can, in every way, while those that wait are killed and replaced:
//
//   impl_lock_soak ACQUISITIONS KILLS [forgetful]     as many of each, at least
//
// Nobody may be inside beside another, and nobody may wait for ten seconds while others come and go. A process that is
// killed at the very moment at which it gets the lock takes it along, as with multiprocessing; it is then released for
// it. `forgetful` is a lock that must be found out. Exit code: 0, 1 if the lock failed (or was not found out), 2 for
// wrong arguments.
namespace lockstep::impl {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t kProcesses = 6;
constexpr auto kPatience = 10s;

// Never wakes anybody: what the soak must notice.
struct Forgetful : FutexPlatform {
  int wake(Word& /*word*/, int count) const { return count; }
};

enum State : std::uint32_t { kElsewhere, kTrying, kInside };

struct alignas(64) Seat {
  std::atomic<std::uint32_t> state;
  std::atomic<std::uint64_t> acquisitions;
};

template <Platform P>
struct Memory {
  Slot<P> slot;
  alignas(64) std::atomic<std::uint32_t> inside;
  std::atomic<std::uint64_t> double_holds;
  std::atomic<bool> ends;
  std::array<Seat, kProcesses> seats;
};

template <Platform P>
bool acquire(Lock<P>& lock, std::uint64_t turn) {
  switch (turn % 4) {
    case 0:
      return lock.try_acquire();
    case 1:
      return lock.acquire(deadline_after(lock.platform().now_ns(), static_cast<std::int64_t>(turn % 100'000))) ==
             Acquire::kAcquired;
    default:
      return lock.acquire(kNoDeadline) == Acquire::kAcquired;
  }
}

template <Platform P>
int use(Memory<P>& memory, Seat& seat) {
  Lock<P> lock(memory.slot);
  std::uint64_t turn = static_cast<std::uint64_t>(getpid()) * 2654435761U;
  while (!memory.ends.load(std::memory_order_relaxed)) {
    turn = turn * 6364136223846793005U + 1442695040888963407U;
    seat.state = kTrying;
    if (acquire(lock, turn >> 33U)) {
      seat.state = kInside;
      memory.double_holds += memory.inside.fetch_add(1) != 0 ? 1 : 0;
      memory.inside.fetch_sub(1);
      if (lock.release() != Release::kReleased) {
        ++memory.double_holds;  // somebody else released it
      }
      seat.acquisitions.fetch_add(1);
    }
    seat.state = kElsewhere;
  }
  return 0;
}

template <Platform P>
class Soak {
 public:
  Soak() {
    for (std::size_t seat = 0; seat < kProcesses; ++seat) {
      start(seat);
    }
  }

  // Returns whether the lock held out.
  bool run(std::uint64_t acquisitions, std::uint64_t kills) {
    for (std::size_t round = 0; !stalled_ && (done() < acquisitions || killed_ < kills); ++round) {
      if (killed_ < kills) {
        kill_if_it_tries(round % kProcesses);
      }
      look();
    }
    memory_->ends = true;
    while (!stalled_ && !all_are('Z')) {
      look();
    }
    const std::uint64_t doubles = memory_->double_holds;
    std::printf("%llu acquisitions, %llu processes killed as they waited, %llu of them as they got the lock\n",
                count(done()), count(killed_), count(repaired_));
    std::printf("%llu double holds, %s\n", count(doubles), stalled_ ? "and one that got on no more" : "no stall");
    return doubles == 0 && !stalled_;
  }

 private:
  static unsigned long long count(std::uint64_t number) { return number; }

  [[nodiscard]] std::uint64_t done() {
    std::uint64_t sum = 0;
    for (const Seat& seat : memory_->seats) {
      sum += seat.acquisitions.load();
    }
    return sum;
  }

  [[nodiscard]] bool all_are(char state) const {
    return std::all_of(children_.begin(), children_.end(), [state](const auto& child) {
      const char now = child->state();
      return now == state || now == 'Z';
    });
  }

  void start(std::size_t seat) {
    moved_[seat] = std::chrono::steady_clock::now();
    children_[seat].emplace([this, seat] { return use(*memory_, memory_->seats[seat]); });
  }

  void kill_if_it_tries(std::size_t seat) {
    if (memory_->seats[seat].state != kTrying) {
      return;
    }
    children_[seat]->stop();
    if (memory_->seats[seat].state == kTrying) {  // it may have got on before it stopped
      start(seat);
      ++killed_;
    } else {
      children_[seat]->go_on();
    }
  }

  // Waits a little, and looks whether all get on. If all sleep although the lock is held, its holder is dead: who is
  // woken by a release sleeps again only after the releaser has counted it.
  void look() {
    std::this_thread::sleep_for(100us);
    const std::uint64_t before = done();
    if (before == last_ && all_are('S') && !Lock<P>(memory_->slot).is_free() && done() == before) {
      (void)Lock<P>(memory_->slot).release();
      ++repaired_;
    }
    last_ = before;
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t seat = 0; seat < kProcesses; ++seat) {
      const std::uint64_t count = memory_->seats[seat].acquisitions;
      if (count != counts_[seat] || memory_->seats[seat].state != kTrying) {
        counts_[seat] = count;
        moved_[seat] = now;
      }
      stalled_ = stalled_ || now - moved_[seat] > kPatience;
    }
  }

  Shared<Memory<P>> memory_;
  std::array<std::optional<Child>, kProcesses> children_;
  std::array<std::uint64_t, kProcesses> counts_{};
  std::array<std::chrono::steady_clock::time_point, kProcesses> moved_{};
  std::uint64_t last_ = 0, killed_ = 0, repaired_ = 0;
  bool stalled_ = false;
};

bool read(const char* text, std::uint64_t& number) {
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, number);
  return error == std::errc() && stop == end;
}

}  // namespace
}  // namespace lockstep::impl

int main(int argc, char** argv) {
  using lockstep::impl::Soak;
  std::uint64_t acquisitions = 0, kills = 0;
  const bool forgetful = argc == 4 && std::strcmp(argv[3], "forgetful") == 0;
  if ((argc != 3 && !forgetful) || !lockstep::impl::read(argv[1], acquisitions) ||
      !lockstep::impl::read(argv[2], kills)) {
    std::fprintf(stderr, "usage: impl_lock_soak ACQUISITIONS KILLS [forgetful] (two numbers)\n");
    return 2;
  }
  const bool held_out = forgetful ? Soak<lockstep::impl::Forgetful>().run(acquisitions, kills)
                                  : Soak<lockstep::impl::FutexPlatform>().run(acquisitions, kills);
  return held_out != forgetful ? 0 : 1;
}
