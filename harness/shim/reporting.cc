#include <cerrno>
#include <csignal>

#include <semaphore.h>

#include "harness/cell/hand_over.h"
#include "harness/cell/region.h"
#include "harness/shim/actor_thread.h"
#include "harness/shim/deadline.h"
#include "harness/shim/real.h"

// Mode::kReported: every wait is the C library's and the kernel's; this library tells the coordinator of it. The order
// of the reports is what harness/processes/conductor.h proves its law from.
namespace lockstep::shim {
namespace {

using cell::Cell;
using cell::State;
using cell::Wake;

struct InCell {
  Cell* cell = nullptr;  // nullptr: it is none of the cell's
  int index = 0;
};

InCell locate(const sem_t* semaphore) {
  Cell* const cell = cell::from_environment();
  const auto offset = reinterpret_cast<std::uintptr_t>(semaphore) -
                      (cell == nullptr ? 0 : reinterpret_cast<std::uintptr_t>(cell->real_semaphores));
  const bool ours = cell != nullptr && offset < sizeof cell->real_semaphores;
  return ours ? InCell{cell, static_cast<int>(offset / sizeof(sem_t))} : InCell{};
}

int fail(int error) {
  errno = error;
  return -1;
}

int try_wait(const InCell& where, sem_t* semaphore) {
  const int result = LOCKSTEP_REAL(sem_trywait)(semaphore);
  if (result == 0) {
    where.cell->reports.semaphores[where.index].acquired.fetch_add(1);
  }
  return result;
}

// What the real wait, which a signal has ended, comes to. Without a word from the coordinator it is a stranger's
// signal, and the caller's affair.
int interrupted(Cell& cell, cell::Party& party) {
  if (party.signalled.exchange(0) == 0) {
    cell.reports.running.fetch_add(1);
    cell.reports.wakes.fetch_add(1);
    return fail(EINTR);
  }
  switch (party.wake) {
    case Wake::kCancelled:
      return 0;
    case Wake::kTimedOut:
      return fail(ETIMEDOUT);
    case Wake::kInterrupted:
    case Wake::kGranted:
      break;
  }
  return fail(EINTR);
}

int wait(const InCell& where, sem_t* semaphore, std::int64_t deadline_ns) {
  Cell& cell = *where.cell;
  const ActorThread& thread = this_thread();
  if (try_wait(where, semaphore) == 0) {
    return 0;
  }
  if (!thread.in_call()) {
    return fail(EDEADLK);  // nobody knows of this thread
  }
  if (deadline_ns <= cell::wall_ns(cell)) {
    return fail(ETIMEDOUT);
  }
  if (cell.draining) {
    return 0;
  }
  cell::Party& party = cell.parties[thread.party];
  party.wait_key = std::uint64_t{cell::kSemaphoresMax} + static_cast<std::uint64_t>(where.index);
  party.deadline_ns = deadline_ns;
  party.state.store(State::kBlocked);
  cell::rest(cell);
  const int result = LOCKSTEP_REAL(sem_wait)(semaphore);
  if (result == 0) {
    cell.reports.running.fetch_add(1);
    party.woken.store(cell.reports.wakes.fetch_add(1) + 1);
    cell.reports.semaphores[where.index].acquired.fetch_add(1);
  }
  const int outcome = result == 0 ? 0 : interrupted(cell, party);
  party.state.store(State::kRunning);
  return outcome;
}

}  // namespace

// The handler need do nothing: that there is one makes a wait end with EINTR.
void attached(ActorThread&) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  sigaction(SIGRTMAX, &action, nullptr);
}

}  // namespace lockstep::shim

LOCKSTEP_EXPORT int sem_wait(sem_t* semaphore) {
  const auto where = lockstep::shim::locate(semaphore);
  return where.cell != nullptr ? lockstep::shim::wait(where, semaphore, lockstep::cell::kNever)
                               : LOCKSTEP_REAL(sem_wait)(semaphore);
}

LOCKSTEP_EXPORT int sem_timedwait(sem_t* semaphore, const timespec* deadline) {
  const auto where = lockstep::shim::locate(semaphore);
  if (where.cell == nullptr) {
    return LOCKSTEP_REAL(sem_timedwait)(semaphore, deadline);
  }
  return lockstep::shim::valid(*deadline) ? lockstep::shim::wait(where, semaphore, lockstep::shim::to_ns(*deadline))
                                          : lockstep::shim::fail(EINVAL);
}

LOCKSTEP_EXPORT int sem_trywait(sem_t* semaphore) {
  const auto where = lockstep::shim::locate(semaphore);
  return where.cell != nullptr ? lockstep::shim::try_wait(where, semaphore) : LOCKSTEP_REAL(sem_trywait)(semaphore);
}

LOCKSTEP_EXPORT int sem_post(sem_t* semaphore) {
  const auto where = lockstep::shim::locate(semaphore);
  if (where.cell == nullptr) {
    return LOCKSTEP_REAL(sem_post)(semaphore);
  }
  auto& posts = where.cell->reports.semaphores[where.index].posts;
  posts.fetch_add(1);
  const int result = LOCKSTEP_REAL(sem_post)(semaphore);
  if (result != 0) {
    posts.fetch_sub(1);
  }
  return result;
}
