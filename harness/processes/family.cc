#include "harness/processes/family.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/cell/faults.h"
#include "harness/cell/hand_over.h"
#include "harness/cell/region.h"
#include "harness/processes/death.h"
#include "harness/processes/process_tree.h"
#include "harness/processes/words_of.h"
#include "harness/replay/carrier.h"

namespace lockstep::processes {
namespace {

using cell::CommandKind;
using cell::Party;
using cell::State;
using replay::AdapterError;
using replay::Interrupted;

constexpr int kStartPatience = 3000;  // looks until a start counts as failed: 60 s
constexpr int kExitPatience = 500;
constexpr int kKillPatience_ms = 10'000;
constexpr int kReturnsMax = 1000;  // of the baton, before the command is done for which it was given

volatile std::sig_atomic_t g_interrupted = 0;

State state_of(const Party& party) { return party.state.load(std::memory_order_acquire); }

bool is_there(const Party& party) { return state_of(party) != State::kAbsent && state_of(party) != State::kDead; }

}  // namespace

bool interrupted() { return g_interrupted != 0; }

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { g_interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Family::Family(Launch launch, int number, cell::Mode mode, AwaitBaton await_baton)
    : launch_(std::move(launch)), await_baton_(std::move(await_baton)) {
  if (!await_baton_) {
    await_baton_ = [look_ns = launch_.look_ns](cell::Cell& cell) {
      return base::take(cell.parties[cell::kCoordinator].go, look_ns);
    };
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // what a killed actor leaves behind is ours to end
  const std::uintptr_t address = cell::kFirstAddress + static_cast<std::uintptr_t>(number) * cell::kAddressStride;
  memory_ = base::FileDescriptor(memfd_create("lockstep-cell", MFD_CLOEXEC));
  void* mapped = MAP_FAILED;
  if (memory_.get() >= 0 && ftruncate(memory_.get(), sizeof(cell::Cell)) == 0) {
    mapped = mmap(reinterpret_cast<void*>(address), sizeof(cell::Cell), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_FIXED_NOREPLACE, memory_.get(), 0);
  }
  if (mapped == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "can't map a cell");
  }
  cell_ = static_cast<cell::Cell*>(mapped);
  cell_->version = cell::kVersion;
  cell_->size = sizeof(cell::Cell);
  cell_->coordinator_pid = getpid();
  cell_->mode = mode;
  cell_->fibers = launch_.fibers;
  try {
    host_ = start_host(launch_, "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(memory_.get()), address);
    int looks = 0;
    drive(cell::kCoordinator, [&] {
      if (const auto death = death_of_child(host_.pid); death.has_value()) {
        throw AdapterError(complaint("ended while it was imported (" + *death + ")"));
      }
      if (++looks > kStartPatience) {
        throw AdapterError(complaint("was not imported within 60 s"));
      }
      return false;
    });
  } catch (...) {
    end();
    throw;
  }
}

Family::~Family() { end(); }

int Family::exit_patience_ms() const { return static_cast<int>(kExitPatience * launch_.look_ns / 1'000'000); }

void Family::end() {
  for (int slot = 0; slot < cell::kProcessesMax; ++slot) {
    kill_process(slot);
  }
  if (host_.pid > 0) {
    const std::vector<pid_t> below = descendants(host_.pid);
    // A host that ends by itself unlinks what it named; one that does not is killed.
    if (state_of(cell_->parties[cell::kHostParty]) == State::kIdle) {
      cell_->parties[cell::kHostParty].command.kind = CommandKind::kExit;
      base::give(cell_->parties[cell::kHostParty].go);
      (void)wait_for_death(host_.pid, exit_patience_ms() / 2);
    }
    kill_tree(host_.pid);
    waitpid(host_.pid, nullptr, 0);
    // The fork server and the resource tracker end by themselves when the host is gone; the latter cleans up first.
    for (const pid_t pid : below) {
      if (!wait_for_death(pid, exit_patience_ms() / 2)) {
        kill_tree(pid);
      }
      orphans_.push_back(pid);
    }
    kill_session(host_.pid);
    reap_orphans();
  }
  munmap(cell_, sizeof(cell::Cell));
}

// Whoever's parent is dead is this process's child. The others their parents reap.
void Family::reap_orphans() {
  std::erase_if(orphans_,
                [](pid_t pid) { return waitpid(pid, nullptr, WNOHANG) == pid || !identify(pid).has_value(); });
}

std::string Family::complaint(const std::string& what) const {
  const std::string output = last_output(host_);
  return "implementation '" + launch_.module + "' (" + launch_.python + ", " + launch_.start_method + "): " + what +
         (output.empty() ? "" : "; its last line: " + output);
}

std::optional<std::string> Family::death_of(int party) const {
  const int pid = cell_->parties[party].pid.load();
  return pid > 0 ? death_of_process(pid) : std::nullopt;
}

void Family::drive(int party, const std::function<bool()>& trouble) {
  if (party != cell::kCoordinator) {
    cell::pass(*cell_, party);
  }
  while (!await_baton_(*cell_)) {
    if (interrupted()) {
      throw Interrupted();
    }
    trim_output(host_);
    if (trouble()) {
      return;
    }
  }
  if (cell_->request == cell::Request::kAdapterFailed) {
    throw AdapterError(complaint(failure_of(*cell_)));
  }
}

void Family::command(int by, CommandKind kind, int party_index) {
  Party& party = cell_->parties[by];
  party.command = {
      kind, 0, 0, 0, static_cast<std::uint32_t>(cell::process_of(party_index)), static_cast<std::uint32_t>(party_index),
      0};
  party.state.store(State::kRunning);
  // In real time a call that was given up may have given the baton back after all.
  cell_->parties[cell::kCoordinator].go.store(0);
  int looks = 0;
  const auto trouble = [&] {
    if (const auto death = death_of(by); death.has_value()) {
      throw AdapterError(complaint("an actor ended outside a call (" + *death + ")"));
    }
    if (++looks > kStartPatience) {
      throw AdapterError(complaint("did not start a process or thread within 60 s"));
    }
    return false;
  };
  drive(by, trouble);
  for (int returns = 0; state_of(party) == State::kRunning; ++returns) {
    if (returns == kReturnsMax) {
      throw AdapterError(complaint("gives the baton back without doing what it is told"));
    }
    drive(cell::kCoordinator, trouble);
  }
  if (party.outcome == model::OutcomeKind::kRaised) {
    throw AdapterError(complaint("can't start a process or thread: " + text_of(party)));
  }
}

void Family::prepare(const cell::Script script) {
  if (const char* const field = cell::fault(script); field != nullptr) {
    throw written_over(field);
  }
  trim_output(host_);
  for (int actor = 0; actor < script.actors; ++actor) {
    const int process = script.actor_process[actor];
    const Party& party = cell_->parties[cell::party_of(process, script.actor_thread[actor])];
    if (script.started_by_step[actor] && state_of(party) != State::kAbsent) {
      cell_->dirty[process] = 1;
    }
  }
  retire_dirty();
  for (int actor = 0; actor < script.actors; ++actor) {
    const int party = cell::party_of(script.actor_process[actor], script.actor_thread[actor]);
    const int main_thread = cell::party_of(script.actor_process[actor], 0);
    if (script.started_by_step[actor]) {
      continue;
    }
    if (!is_there(cell_->parties[main_thread])) {
      command(cell::kHostParty, CommandKind::kStartProcess, main_thread);
    }
    if (!is_there(cell_->parties[party])) {
      command(main_thread, CommandKind::kStartThread, party);
    }
    // A baton waits for its taker, but in real time a call is expected to begin when it is made.
    if (cell_->mode == cell::Mode::kReal) {
      await_arrival(party);
    }
  }
}

void Family::kill_process(int slot) {
  for (int thread = 0; thread < cell::kThreadsMax; ++thread) {
    Party& party = cell_->parties[cell::party_of(slot, thread)];
    const pid_t pid = party.pid.exchange(0);
    if (pid != host_.pid && is_below(pid, getpid())) {  // the cell may hold any number
      kill(pid, SIGKILL);
      (void)wait_for_death(pid, kKillPatience_ms);
      orphans_.push_back(pid);
    }
    if (state_of(party) != State::kAbsent) {
      party.state.store(State::kDead);
    }
  }
}

void Family::retire_dirty() {
  for (int slot = 0; slot < cell::kProcessesMax; ++slot) {
    if (cell_->dirty[slot]) {
      kill_process(slot);
      for (int thread = 0; thread < cell::kThreadsMax; ++thread) {
        Party& party = cell_->parties[cell::party_of(slot, thread)];
        party.state.store(State::kAbsent);
        party.command.kind = CommandKind::kNone;
        party.go.store(0);
        party.tid.store(0);
        party.in_call.store(0);
        party.kept = 0;
      }
      cell_->dirty[slot] = 0;
    }
  }
  reap_orphans();
}

void Family::restart(bool renew_locks) {
  for (std::uint32_t& dirty : cell_->dirty) {
    dirty = 1;
  }
  retire_dirty();
  if (renew_locks) {
    command(cell::kHostParty, CommandKind::kRenewLocks, 0);
  }
}

void Family::await_arrival(int party) {
  for (int looks = 0; cell_->parties[party].tid.load() == 0; ++looks) {
    poll(nullptr, 0, 1);
    if (interrupted()) {
      throw Interrupted();
    }
    if (const auto death = death_of(party); death.has_value() || looks > kStartPatience * launch_.look_ns / 1'000'000) {
      throw AdapterError(complaint("a process did not start (" + death.value_or("it takes over 60 s") + ")"));
    }
  }
}

bool Family::await_exit(int party_index) {
  Party& party = cell_->parties[party_index];
  if (party_index == cell::party_of(cell::process_of(party_index), 0)) {
    return wait_for_death(party.pid.load(), exit_patience_ms());
  }
  constexpr int kYields = 1000;  // most threads are gone by then; the others wait for a processor
  for (int tries = 0; tries < kYields + exit_patience_ms(); ++tries) {
    if (!thread_exists(party.pid.load(), party.tid.load())) {
      return true;
    }
    tries < kYields ? sched_yield() : poll(nullptr, 0, 1);
  }
  return false;
}

}  // namespace lockstep::processes
