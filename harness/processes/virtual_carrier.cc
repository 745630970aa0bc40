#include "harness/processes/virtual_carrier.h"

#include <algorithm>
#include <cstring>

#include "harness/cell/faults.h"
#include "harness/cell/record.h"
#include "harness/cell/scheduler.h"
#include "harness/processes/death.h"
#include "harness/processes/words_of.h"

namespace lockstep::processes {
namespace {

using cell::Request;
using cell::State;
using model::StepKind;

// A look is 20 ms. A call makes a hand-over or returns within microseconds; a start takes as long as an interpreter.
constexpr int kCallPatience = 150;
constexpr int kStartPatience = 3000;
// Without a new event, while hand-overs go on: looks, and returns of the baton to the coordinator.
constexpr int kEventPatience = 2 * kStartPatience;
constexpr int kReturnsMax = 100'000;
constexpr int kPreparationsMax = 3;  // of one script

}  // namespace

VirtualCarrier::VirtualCarrier(const Launch& launch, int number, cell::Mode mode, AwaitBaton await_baton)
    : family_(launch, number, mode, std::move(await_baton)), packer_(family_.cell()) {}

void VirtualCarrier::renew() { family_.restart(false); }

std::vector<trace::Trace> VirtualCarrier::replay(std::span<const replay::Item> items) {
  std::vector<trace::Trace> traces;
  traces.reserve(items.size());
  while (!items.empty()) {
    const std::size_t packed = packer_.pack(items);
    const std::size_t played = run_batch();
    if (played == 0 || played > packed) {
      throw written_over("current");
    }
    for (std::size_t index = 0; index < played; ++index) {
      traces.push_back(packer_.unpack(index));
    }
    items = items.subspan(played);
  }
  return traces;
}

std::span<const replay::Played> VirtualCarrier::play(const model::Script& script,
                                                     std::span<const replay::Schedule> schedules) {
  packer_.pack(script, schedules);
  if (run_batch() != schedules.size()) {
    throw replay::AdapterError(family_.complaint("its calls come to more different texts than there is room for"));
  }
  played_.clear();
  for (std::size_t run = 0; run < schedules.size(); ++run) {
    played_.push_back(packer_.played(run));
  }
  return played_;
}

// Returns how many scripts were played: there may not be room for what more of them come to.
std::size_t VirtualCarrier::run_batch() {
  cell::Cell& cell = family_.cell();
  cell::begin_batch(cell);
  events_most_ = 0;
  looks_without_event_ = returns_without_event_ = preparations_ = 0;
  for (;;) {
    next_party_ = cell::next(cell);
    ended_call_ = false;
    if (next_party_ != cell::kCoordinator) {
      if (++returns_without_event_ > kReturnsMax) {
        throw endless();
      }
      preparations_ = 0;
      looks_without_progress_ = 0;
      cell.fiber = static_cast<std::uint32_t>(next_party_);
      family_.drive(cell.fibers != 0 ? cell::kHostParty : next_party_, [this] { return look_for_trouble(); });
      note_events();
    }
    if (cell.request == Request::kBatchDone) {
      return cell.current;
    }
    if (cell.request == Request::kNone && !ended_call_ && cell.mode != cell::Mode::kReported) {
      throw replay::AdapterError(family_.complaint("an actor gave the baton to the coordinator, who is not next"));
    }
    handle_request();
  }
}

void VirtualCarrier::prepare() {
  cell::Cell& cell = family_.cell();
  cell.fibers != 0 ? cell::all_idle(cell) : family_.prepare(cell.scripts[cell.current]);
}

bool VirtualCarrier::supports(const model::Script& script) {
  const cell::Cell& cell = family_.cell();
  if (cell.fibers == 0) {
    return true;
  }
  const bool alone = std::all_of(script.actors.begin(), script.actors.end(),
                                 [](const model::ActorDeclaration& actor) { return actor.main_thread; });
  return (alone || cell.threads_told_apart != 0) &&
         std::all_of(script.steps.begin(), script.steps.end(), [](const model::Step& step) {
           return step.kind == StepKind::kCall ? step.call.method != model::Method::kRepr
                                               : step.kind < StepKind::kStartThread || step.kind == StepKind::kClock ||
                                                     step.kind == StepKind::kExpectation;
         });
}

void VirtualCarrier::handle_request() {
  cell::Cell& cell = family_.cell();
  const Request request = cell.request;
  if (const char* const field = cell::fault(cell); field != nullptr) {
    throw written_over(field);
  }
  switch (request) {
    case Request::kActorsNeeded:
      if (cell.current == cell.scripts_loaded || ++preparations_ > kPreparationsMax) {
        throw replay::AdapterError(family_.complaint("its actors are never ready"));
      }
      prepare();
      break;
    case Request::kKill:
      if (cell.request_process >= cell::kProcessesMax) {
        throw written_over("request_process");
      }
      family_.kill_process(static_cast<int>(cell.request_process));
      cell::finish_process(cell, static_cast<int>(cell.request_process));
      cell::record(cell, cell::EventKind::kDone, cell.request_step, -1, model::OutcomeKind::kNone);
      break;
    case Request::kAwaitExit: {
      const int party = named_party(cell.request_party);
      const int slot = cell::process_of(party);
      if (!family_.await_exit(party)) {
        throw replay::AdapterError(family_.complaint("an actor that was told to leave did not"));
      }
      if (party == cell::party_of(slot, 0)) {
        cell::finish_process(cell, slot);
      }
      break;
    }
    case Request::kNone:
    case Request::kBatchDone:
    case Request::kGoOn:
      break;
    case Request::kAdapterFailed:
      throw replay::AdapterError(family_.complaint(failure_of(cell)));
  }
  cell.request = Request::kNone;
}

replay::AdapterError VirtualCarrier::endless() {
  return replay::AdapterError(family_.complaint("its actors hand over to each other without end"));
}

// The number of events of a batch is bounded, that of hand-overs is not.
void VirtualCarrier::note_events() {
  if (const std::uint32_t events = family_.cell().events_used; events > events_most_) {
    events_most_ = events;
    looks_without_event_ = returns_without_event_ = 0;
  }
}

// All actors die and hang as one.
bool VirtualCarrier::look_for_trouble_in_fibers() {
  if (const auto death = family_.death_of(cell::kHostParty); death.has_value()) {
    throw replay::AdapterError(family_.complaint("ended (" + *death + ")"));
  }
  const std::uint64_t handovers = family_.cell().handovers.load();
  looks_without_progress_ = handovers == handovers_seen_ ? looks_without_progress_ + 1 : 0;
  handovers_seen_ = handovers;
  if (looks_without_progress_ > kCallPatience) {
    throw replay::AdapterError(family_.complaint("a call neither returns nor waits"));
  }
  return false;
}

// Called while the baton is out. Takes it back, and returns true, if its holder died in its call or the call hangs.
bool VirtualCarrier::look_for_trouble() {
  cell::Cell& cell = family_.cell();
  note_events();
  if (++looks_without_event_ > kEventPatience) {
    throw endless();
  }
  if (cell.fibers != 0) {
    return look_for_trouble_in_fibers();
  }
  int holder = -1;
  for (int party = 0; party < cell::kHostParty; ++party) {
    holder = cell.parties[party].state.load() == State::kRunning ? party : holder;
  }
  const bool in_call = holder >= 0 && cell.parties[holder].in_call.load() != 0;
  if (const auto death = in_call ? family_.death_of(holder) : std::nullopt; death.has_value()) {
    end_call(holder, model::OutcomeKind::kCrashed, *death);
    return true;
  }
  for (int party = 0; party < cell::kHostParty; ++party) {
    const State state = cell.parties[party].state.load();
    if (state == State::kAbsent || state == State::kDead) {
      continue;
    }
    if (const auto death = family_.death_of(party); death.has_value()) {
      // A process that was told to leave gives the baton first. It may have done so since this look began.
      if (base::is_given(cell.parties[cell::kCoordinator].go)) {
        return false;
      }
      throw replay::AdapterError(family_.complaint("an actor ended outside a call (" + *death + ")"));
    }
  }
  const std::uint64_t handovers = cell.handovers.load();
  looks_without_progress_ = handovers == handovers_seen_ ? looks_without_progress_ + 1 : 0;
  handovers_seen_ = handovers;
  if (in_call && looks_without_progress_ > kCallPatience) {
    end_call(holder, model::OutcomeKind::kHung, "");
    return true;
  }
  if (looks_without_progress_ > kStartPatience) {
    throw replay::AdapterError(family_.complaint("an actor does not take its turn"));
  }
  return false;
}

// The holder is gone, so the baton is here.
void VirtualCarrier::end_call(int party_index, model::OutcomeKind outcome, const std::string& text) {
  cell::Cell& cell = family_.cell();
  cell::Party& party = cell.parties[party_index];
  ended_call_ = true;
  party.outcome = outcome;
  party.in_call.store(0);
  cell.reports.running.store(0);
  std::strncpy(party.text, text.c_str(), sizeof party.text - 1);
  cell::finish_call(cell, party_index);
  family_.kill_process(cell::process_of(party_index));
  cell::finish_process(cell, cell::process_of(party_index));
}

}  // namespace lockstep::processes
