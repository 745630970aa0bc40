#include "harness/processes/conductor.h"

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/cell/hand_over.h"
#include "harness/processes/family.h"
#include "harness/processes/proc_file.h"
#include "harness/processes/process_tree.h"
#include "harness/processes/system_call.h"
#include "harness/processes/words_of.h"
#include "harness/replay/carrier.h"

namespace lockstep::processes {
namespace {

using cell::Cell;
using cell::Party;
using cell::State;
using cell::Wake;

constexpr std::int64_t kLook_ns = 20'000'000;
constexpr int kQueueingMax = 1'000'000;  // looks, until one that is about to wait counts as lying
constexpr int kTurnsMax = 100'000;       // without a look at the watchdog's clock

sem_t* semaphore_of(Cell& cell, const Party& party) {
  return &cell.real_semaphores[party.wait_key % cell::kSemaphoresMax];
}

bool is_waited_for(Cell& cell, const sem_t* semaphore) {
  for (int actor = 0; actor < cell::actors_of(cell); ++actor) {
    const Party& party = cell.parties[cell::party_of_actor(cell, actor)];
    if (party.state.load() == State::kBlocked && semaphore_of(cell, party) == semaphore) {
      return true;
    }
  }
  return false;
}

bool is_conserved(Cell& cell, int index) {
  const auto& reports = cell.reports.semaphores[index];
  int value = 0;
  sem_getvalue(&cell.real_semaphores[index], &value);
  const auto initial = static_cast<std::uint32_t>(cell.semaphores[index].initial);
  return static_cast<std::uint32_t>(value) + reports.acquired.load() == initial + reports.posts.load() &&
         (value == 0 || !is_waited_for(cell, &cell.real_semaphores[index]));
}

// A file of a process that has ended can't be read: then there is nothing to wait for either.
void wait_until_queued(Cell& cell, const Party& party) {
  const auto address = reinterpret_cast<std::uintptr_t>(semaphore_of(cell, party));
  ProcFile file("/proc/" + std::to_string(party.pid.load()) + "/task/" + std::to_string(party.tid.load()) + "/syscall");
  std::string buffer;
  for (int looks = 0; looks < kQueueingMax; ++looks) {
    const auto call = parse_system_call(file.read_line(buffer));
    if (file.error() != 0 || (call.has_value() && call->number == SYS_futex && call->arguments[0] == address)) {
      return;
    }
    if (interrupted()) {
      throw replay::Interrupted();
    }
    sched_yield();
  }
  throw replay::AdapterError("an actor says that it waits, and does not");
}

bool is_call(const Cell& cell, const Party& party) {
  const cell::Step& step =
      cell.steps[(cell::current_script(cell).first_step + party.command.script_step) % cell::kStepsMax];
  return step.kind == model::StepKind::kCall;
}

}  // namespace

bool is_quiet(Cell& cell) {
  const std::uint32_t wakes = cell.reports.wakes.load();
  if (cell.reports.running.load() != 0) {
    return false;
  }
  for (int index = 0; cell.running_script && index < cell::kSemaphoresMax && cell.semaphores[index].used; ++index) {
    if (!is_conserved(cell, index)) {
      return false;
    }
  }
  return cell.reports.wakes.load() == wakes && cell.reports.running.load() == 0;
}

bool Conductor::await_baton(Cell& cell) {
  for (int turns = 0; turns < kTurnsMax && base::take(cell.parties[cell::kCoordinator].go, kLook_ns); ++turns) {
    if (cell.request == cell::Request::kGoOn) {
      cell.request = cell::Request::kNone;
      go_on(cell, named_party(cell.request_party));
    } else if (cell.request == cell::Request::kAdapterFailed) {
      return true;
    } else if (is_quiet(cell)) {
      account(cell);
      return true;
    }
  }
  return false;
}

// The party that was let run comes first: whatever else has happened it has brought about. A call posts once at most,
// so those it woke form a chain, in the order in which they woke.
void Conductor::account(Cell& cell) {
  if (!cell.running_script) {
    return;
  }
  const int dispatched = named_party(cell.reports.dispatched);
  std::vector<int> woken;
  for (int actor = 0; actor < cell::actors_of(cell); ++actor) {
    const int party = cell::party_of_actor(cell, actor);
    if (party != dispatched && cell.parties[party].kept && cell.parties[party].woken.load() != woken_[party]) {
      woken.push_back(party);
    }
  }
  std::sort(woken.begin(), woken.end(),
            [&](int left, int right) { return cell.parties[left].woken.load() < cell.parties[right].woken.load(); });
  settle(cell, dispatched);
  for (const int party : woken) {
    settle(cell, party);
  }
}

void Conductor::settle(Cell& cell, int party_index) {
  Party& party = cell.parties[party_index];
  woken_[party_index] = party.woken.load();
  party.kept = 0;
  switch (party.state.load()) {
    case State::kIdle:
      is_call(cell, party) ? cell::finish_call(cell, party_index) : cell::finish_command(cell, party_index);
      break;
    case State::kBlocked:
      wait_until_queued(cell, party);
      cell::begin_wait(cell, party_index, party.wait_key, party.deadline_ns, true);
      party.kept = 1;
      break;
    default:
      break;  // it has left, and said so itself
  }
}

void Conductor::go_on(Cell& cell, int party_index) {
  Party& party = cell.parties[party_index];
  const int script_signal = party.pending_signal == 2 ? SIGUSR2 : SIGUSR1;
  cell.reports.dispatched = static_cast<std::uint32_t>(party_index);
  cell.reports.running.fetch_add(1);
  party.signalled.store(1);
  party.kept = 0;
  if (const pid_t pid = party.pid.load(); is_below(pid, getpid())) {
    syscall(SYS_tgkill, pid, party.tid.load(), party.wake == Wake::kInterrupted ? script_signal : SIGRTMAX);
  }
}

}  // namespace lockstep::processes
