#include "harness/processes/supervisor.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <system_error>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/cell/hand_over.h"
#include "harness/processes/process_tree.h"
#include "harness/processes/words_of.h"
#include "harness/replay/carrier.h"

namespace lockstep::processes {
namespace {

using cell::Cell;
using cell::Party;
using cell::Wake;

constexpr std::int64_t kLook_ns = 20'000'000;
constexpr int kTurnsMax = 100'000;  // without a look at the watchdog's clock
constexpr int kCommandMask = ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);

sem_t* semaphore_at(Cell& cell, std::uint64_t address) {
  const std::uint64_t offset = address - reinterpret_cast<std::uintptr_t>(cell.real_semaphores);
  return offset < sizeof cell.real_semaphores ? &cell.real_semaphores[offset / sizeof(sem_t)] : nullptr;
}

// The coordinator is wanted.
bool is_summons(const Cell& cell, const Notification& call) {
  return call.arguments[0] == reinterpret_cast<std::uintptr_t>(&cell.parties[cell::kCoordinator].go);
}

struct FutexWait {
  std::uint32_t word = 0;
  std::int64_t deadline_ns = cell::kNever;
  bool on_wall_clock = false;
};

// 0, or the errno that futex(2) has for it.
int read_wait(Cell& cell, const Notification& call, FutexWait& wait) {
  const auto operation = static_cast<int>(call.arguments[1]);
  if (const sem_t* const semaphore = semaphore_at(cell, call.arguments[0]); semaphore != nullptr) {
    std::memcpy(&wait.word, reinterpret_cast<const void*>(call.arguments[0]),
                sizeof wait.word);  // mapped here as there
  } else if (!read_memory(call.tid, call.arguments[0], &wait.word, sizeof wait.word)) {
    return EFAULT;
  }
  if (wait.word != static_cast<std::uint32_t>(call.arguments[2])) {
    return EAGAIN;
  }
  if (call.arguments[3] == 0) {
    return 0;
  }
  timespec time{};
  if (!read_memory(call.tid, call.arguments[3], &time, sizeof time)) {
    return EFAULT;
  }
  if (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= 1000000000) {
    return EINVAL;
  }
  wait.on_wall_clock = (operation & FUTEX_CLOCK_REALTIME) != 0;
  // FUTEX_WAIT alone counts from now on.
  std::int64_t deadline_ns = (operation & kCommandMask) == FUTEX_WAIT ? cell::monotonic_ns(cell) : 0;
  std::int64_t seconds_ns = 0;
  if (!__builtin_mul_overflow(time.tv_sec, std::int64_t{1000000000}, &seconds_ns) &&
      !__builtin_add_overflow(deadline_ns, seconds_ns, &deadline_ns) &&
      !__builtin_add_overflow(deadline_ns, time.tv_nsec, &deadline_ns)) {
    wait.deadline_ns = deadline_ns;
  }
  return 0;
}

}  // namespace

bool Supervisor::await_baton(Cell& cell) {
  base::BatonWord& baton = cell.parties[cell::kCoordinator].go;
  if (!listener_) {
    if (base::take(baton, kLook_ns)) {
      return true;
    }
    open(cell);
    return false;
  }
  for (int turns = 0; turns < kTurnsMax; ++turns) {
    if (base::take_or_sleep(baton)) {
      if (cell.request != cell::Request::kGoOn) {
        return true;
      }
      cell.request = cell::Request::kNone;
      resume(cell, named_party(cell.request_party));
      continue;
    }
    const std::optional<Notification> call = listener_->receive();
    if (!base::wake_up(baton)) {
      await_summons(cell, call);
    } else if (call.has_value()) {
      handle(cell, *call);
    } else {
      return false;
    }
  }
  return false;
}

// Whoever gave the baton to a sleeper has stopped in its system call, or is about to, and can't go on before that is
// answered: not even to its end, for which the coordinator may be about to wait. Only one that was killed never comes.
void Supervisor::await_summons(Cell& cell, std::optional<Notification> call) {
  for (int looks = 0; looks < 3; looks += call.has_value() ? 0 : 1) {
    if (call.has_value()) {
      handle(cell, *call);
      if (is_summons(cell, *call)) {
        return;
      }
    }
    call = listener_->receive();
  }
}

void Supervisor::open(Cell& cell) {
  const int listener = cell.listener.load();
  if (listener < 0) {
    throw replay::AdapterError(std::string("the host got no seccomp listener: ") + std::strerror(-listener));
  }
  if (listener > 0) {
    const pid_t owner = cell.listener_pid.load();
    if (!is_below(owner, getpid())) {
      throw replay::AdapterError("the host names a process that is not its own");
    }
    try {
      listener_ = std::make_unique<SeccompListener>(owner, listener);
    } catch (const std::system_error& error) {
      throw replay::AdapterError(error.what());
    }
  }
}

void Supervisor::handle(Cell& cell, const Notification& call) {
  if (is_summons(cell, call)) {
    listener_->answer(call.id, 0);  // it has given the baton, which is looked for next
    return;
  }
  const int party = party_of(cell, call.tid);
  const int command = static_cast<int>(call.arguments[1]) & kCommandMask;
  const bool of_call = party >= 0 && cell.parties[party].in_call.load() != 0;
  if (of_call && (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET)) {
    ++waits_;
    wait(cell, party, call);
  } else if (of_call && command == FUTEX_WAKE) {
    ++wakes_;
    listener_->answer(call.id,
                      cell::wake(cell, key_of(cell, party, call.arguments[0]), static_cast<int>(call.arguments[2])));
  } else {
    listener_->let_pass(call.id);  // not of a lock: pthread_join(), say
  }
}

void Supervisor::wait(Cell& cell, int party_index, const Notification& call) {
  Party& party = cell.parties[party_index];
  FutexWait wait;
  if (const int error = read_wait(cell, call, wait); error != 0) {
    listener_->answer(call.id, 0, error);
    return;
  }
  if (cell.draining) {
    free_word(cell, call.tid, call.arguments[0]);
    listener_->answer(call.id, 0);
    return;
  }
  party.deadline_ns = wait.deadline_ns;
  party.deadline_on_wall_clock = wait.on_wall_clock;
  if (cell::expired(cell, party)) {
    listener_->answer(call.id, 0, ETIMEDOUT);
    return;
  }
  cell::begin_wait(cell, party_index, key_of(cell, party_index, call.arguments[0]), wait.deadline_ns,
                   wait.on_wall_clock);
  party.kept = 1;
  kept_[party_index] = {call.id, call.arguments[0], call.tid};
  cell::pass(cell, cell::next(cell));
}

void Supervisor::resume(Cell& cell, int party_index) {
  Party& party = cell.parties[party_index];
  const Kept kept = kept_[party_index];
  party.kept = 0;
  switch (party.wake) {
    case Wake::kGranted:
      listener_->answer(kept.id, 0);
      break;
    case Wake::kTimedOut:
      listener_->answer(kept.id, 0, ETIMEDOUT);
      break;
    case Wake::kInterrupted:
      // The signal itself ends the call, with EINTR, and nobody has to answer it any more.
      if (const pid_t pid = party.pid.load(); is_below(pid, getpid())) {
        syscall(SYS_tgkill, pid, kept.tid, party.pending_signal == 2 ? SIGUSR2 : SIGUSR1);
      }
      break;
    case Wake::kCancelled:
      free_word(cell, kept.tid, kept.address);
      listener_->answer(kept.id, 0);
      break;
  }
}

// The script is over: whoever waits is to get the lock, so that its call ends.
void Supervisor::free_word(Cell& cell, pid_t tid, std::uint64_t address) {
  if (sem_t* const semaphore = semaphore_at(cell, address); semaphore != nullptr) {
    sem_post(semaphore);
    return;
  }
  const std::uint32_t free = 0;  // by promise (2) of impl/platform/hooks.h
  (void)write_memory(tid, address, &free, sizeof free);
}

int Supervisor::party_of(Cell& cell, pid_t tid) {
  const auto known = parties_.find(tid);
  if (known != parties_.end() && cell.parties[known->second].tid.load() == tid) {
    return known->second;
  }
  for (int party = 0; party <= cell::kHostParty; ++party) {
    if (cell.parties[party].tid.load() == tid) {
      parties_[tid] = party;
      return party;
    }
  }
  return -1;
}

// Beyond the keys of the shim's own semaphores, which the scheduler grants by their values in the cell.
std::uint64_t Supervisor::key_of(Cell& cell, int party, std::uint64_t address) {
  const std::uint64_t key =
      semaphore_at(cell, address) != nullptr ? address : words_.key(cell.parties[party].pid.load(), address);
  return cell::kSemaphoresMax + key;
}

}  // namespace lockstep::processes
