#include <algorithm>

#include "harness/cell/scheduler.h"
#include "harness/processes/call_timeout.h"
#include "harness/processes/death.h"
#include "harness/processes/real_run.h"

// How a run in real time comes to rest between steps.
namespace lockstep::processes {
namespace {

using cell::State;
using model::OutcomeKind;
using trace::EventKind;

constexpr std::int64_t kFirstWait_ns = 40'000;
constexpr std::int64_t kLongestWait_ns = 2'000'000;
constexpr std::int64_t kHang_ns = 3'000'000'000;
// A deadline nearer than this may pass while it is looked at.
constexpr std::int64_t kMargin_ns = 300'000;

}  // namespace

void RealRun::settle() {
  base::BatonWord& go = family_.cell().parties[cell::kCoordinator].go;
  const std::int64_t begun_ns = now_ns();
  std::int64_t wait_ns = kFirstWait_ns;
  for (;;) {
    collect_returns();
    const bool all_pending = std::all_of(open_.begin(), open_.end(), [](const OpenCall& call) { return call.pending; });
    if (all_pending) {
      return;
    }
    if (base::take(go, wait_ns)) {
      continue;
    }
    if (all_blocked()) {
      return;
    }
    wait_ns = std::min(wait_ns * 2, kLongestWait_ns);
    if (interrupted()) {
      throw replay::Interrupted();
    }
    collect_deaths();
    if (now_ns() - begun_ns > budget_ns_) {
      give_up();
    }
  }
}

// Earliest first: those that returned since the last look are told in the order in which they did.
void RealRun::collect_returns() {
  for (;;) {
    std::size_t earliest = open_.size();
    for (std::size_t index = 0; index < open_.size(); ++index) {
      const bool returned = party(open_[index].actor).state.load(std::memory_order_acquire) == State::kIdle;
      if (returned && (earliest == open_.size() ||
                       party(open_[index].actor).returned_ns < party(open_[earliest].actor).returned_ns)) {
        earliest = index;
      }
    }
    if (earliest == open_.size()) {
      return;
    }
    const cell::Party& returned = party(open_[earliest].actor);
    trace_.events[open_[earliest].invoked_event].time_ns = returned.invoked_ns - begun_ns_;
    close(earliest, outcome_of(open_[earliest].actor));
    trace_.events.back().time_ns = returned.returned_ns - begun_ns_;
  }
}

void RealRun::close(std::size_t index, model::Outcome outcome) {
  record(EventKind::kReturned, open_[index].step, open_[index].actor, std::move(outcome));
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
}

// The call that a process died in crashed. Its other threads' calls, which were blocked, end with it.
void RealRun::collect_deaths() {
  for (std::size_t index = 0; index < open_.size(); ++index) {
    const auto death = family_.death_of(party_of(open_[index].actor));
    if (!death.has_value()) {
      continue;
    }
    const int slot = cell::process_of(party_of(open_[index].actor));
    const auto is_in_it = [&](const OpenCall& call) { return cell::process_of(party_of(call.actor)) == slot; };
    const bool all_blocked =
        std::all_of(open_.begin(), open_.end(), [&](const OpenCall& call) { return !is_in_it(call) || call.blocked; });
    for (const OpenCall& call : open_) {
      if (is_in_it(call) && (all_blocked || !call.blocked)) {
        record(EventKind::kReturned, call.step, call.actor, {OutcomeKind::kCrashed, *death});
      }
    }
    std::erase_if(open_, is_in_it);
    family_.kill_process(slot);
    cell::finish_process(family_.cell(), slot);
    index = static_cast<std::size_t>(-1);
  }
}

bool RealRun::is_blocked(const OpenCall& call, const CallWait& wait) const {
  switch (wait.wait) {
    case Wait::kEvent:
    case Wait::kStopped:
      return true;
    case Wait::kEventOrTimeout:
      return call.deadline_ns != kNoTimeout && call.deadline_ns > now_ns() + kMargin_ns;
    case Wait::kTimeout:
      break;
  }
  return false;
}

bool RealRun::all_blocked() {
  std::vector<pid_t> callers;
  std::vector<OpenCall*> calls;
  for (OpenCall& call : open_) {
    if (!call.pending) {
      callers.push_back(party(call.actor).tid.load());
      calls.push_back(&call);
    }
  }
  const Observation seen = observer_.observe(callers);
  if (seen.answer != Answer::kBlocked) {
    return false;
  }
  for (std::size_t index = 0; index < calls.size(); ++index) {
    // A call that returned meanwhile left its thread asleep too, in wait for the next command. It says so before it
    // sleeps, so the state must be read after the thread was seen asleep.
    const bool returned = party(calls[index]->actor).state.load(std::memory_order_acquire) == State::kIdle;
    if (returned || !is_blocked(*calls[index], seen.calls[index])) {
      return false;
    }
  }
  // Somebody of the implementation's own, such as a lock server, may wake by itself and let a call go on.
  const auto is_party = [&](pid_t tid) {
    const auto& parties = family_.cell().parties;
    return std::any_of(std::begin(parties), std::end(parties),
                       [&](const cell::Party& one) { return one.tid.load() == tid; });
  };
  if (!std::all_of(seen.others_timed.begin(), seen.others_timed.end(), is_party)) {
    return false;
  }
  for (OpenCall* call : calls) {
    if (!call->blocked) {
      call->blocked = true;
      record(EventKind::kBlocked, call->step, call->actor);
    }
  }
  return true;
}

// The budget is spent. A call that burns processor time, or would if it got any, hangs, if it goes on for long;
// one that sleeps and wakes is pending; one whose deadline is near or has just passed is given the time to return.
void RealRun::give_up() {
  const std::int64_t now = now_ns();
  for (std::size_t index = 0; index < open_.size(); ++index) {
    OpenCall& call = open_[index];
    const std::int64_t begun_ns = trace_.events[call.invoked_event].time_ns;
    const bool due =
        call.deadline_ns != kNoTimeout && now < call.deadline_ns + kHang_ns && call.deadline_ns < now + budget_ns_;
    if (call.pending || due) {
      continue;
    }
    const pid_t tid = party(call.actor).tid.load();
    const Work work = work_of(party(call.actor).pid.load(), tid);
    const bool slept = work.sleeps != call.work_at_start.sleeps;
    const std::int64_t on_cpu_ns = work.on_cpu_ns - call.work_at_start.on_cpu_ns;
    const std::int64_t in_queue_ns = work.in_queue_ns - call.work_at_start.in_queue_ns;
    // One that polls waits for a processor too, where others want it, each time that it wakes.
    const bool spins = on_cpu_ns + (slept ? 0 : in_queue_ns) > (now - begun_ns) / 4;
    if (!spins && !slept && is_runnable(tid)) {
      continue;  // It waits for a processor, and how long is not told before it gets one.
    }
    if (!spins) {
      call.pending = saw_pending_ = true;
      record(EventKind::kPending, call.step, call.actor);
    } else if (now - begun_ns > kHang_ns) {
      const int slot = cell::process_of(party_of(call.actor));
      close(index--, {OutcomeKind::kHung, ""});
      family_.kill_process(slot);
      cell::finish_process(family_.cell(), slot);
    }
  }
}

void RealRun::pause(std::int64_t duration_ns) {
  const std::int64_t until_ns = now_ns() + duration_ns;
  while (now_ns() < until_ns) {
    (void)base::take(family_.cell().parties[cell::kCoordinator].go,
                     std::min(until_ns - now_ns(), kLongestWait_ns * 25));
    collect_returns();
    collect_deaths();
    if (interrupted()) {
      throw replay::Interrupted();
    }
  }
}

OutcomeKind RealRun::call_outside(int actor, int lock, const model::Call& call) {
  cell::Party& to = party(actor);
  to.command = {cell::CommandKind::kCall, 0, packer_.shape(call), static_cast<std::uint32_t>(lock), 0, 0, 0};
  to.state.store(State::kRunning, std::memory_order_release);
  base::give(to.go);
  const std::int64_t until_ns = now_ns() + kHang_ns;
  while (to.state.load(std::memory_order_acquire) != State::kIdle) {
    (void)base::take(family_.cell().parties[cell::kCoordinator].go, kLongestWait_ns);
    if (interrupted()) {
      throw replay::Interrupted();
    }
    if (now_ns() > until_ns || family_.death_of(party_of(actor)).has_value()) {
      family_.cell().dirty[cell::process_of(party_of(actor))] = 1;
      return OutcomeKind::kBlocks;
    }
  }
  return to.outcome;
}

}  // namespace lockstep::processes
