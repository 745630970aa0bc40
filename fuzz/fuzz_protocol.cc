#include <sys/mman.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "fuzz/support/hostility.h"
#include "fuzz/support/mutator.h"
#include "fuzz/support/report.h"
#include "fuzz/support/target.h"
#include "harness/cell/record.h"
#include "harness/cell/scheduler.h"
#include "harness/judge/explain.h"
#include "harness/processes/packing.h"
#include "harness/script/print.h"

// Whatever the processes of an implementation write over the cell, the scheduler and the reading of traces come to an
// end: with traces that the judge can read, or with a reason why there are none. The actors are played here, by the one
// thread.
namespace lockstep::fuzz {
namespace {

using cell::Cell;
using cell::Request;
using cell::State;
using model::OutcomeKind;

// So many hand-overs no script of a plan takes. Beyond, the coordinator's watchdog would step in.
constexpr int kHandoversMax = 20'000;

class Household {
 public:
  Household()
      : cell_(*static_cast<Cell*>(
            mmap(nullptr, sizeof(Cell), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {}

  void run(const HostilePlan& hostile) {
    madvise(&cell_, sizeof(Cell), MADV_DONTNEED);  // all zeros again, at the price of the pages that were touched
    cell_.semaphores_used = cell::kLocksMax;
    for (int lock = 0; lock < cell::kLocksMax; ++lock) {
      cell_.semaphores[lock] = {1, 1, 1, 1, {}};
    }
    const model::Script script = script_of(hostile.plan, kEveryAbility);
    const replay::Item items[] = {{&script, 0, 0}, {&script, 7, 2}};
    processes::Packer packer(cell_);
    const std::size_t packed = packer.pack(items);
    cell::begin_batch(cell_);
    const bool finished = play(hostile, script);
    if (!finished && hostile.corruptions.empty()) {
      report("coordinator", "mailbox", "cell.sound", "refused", script::print(script) + "\n" + cell_.failure);
    }
    for (std::size_t index = 0; finished && index < packed; ++index) {
      try {
        (void)packer.played(index);
        const trace::Trace trace = packer.unpack(index);
        if (!is_of(trace, script)) {
          report("coordinator", "trace", "cell.events", "of-another-script", script::print(script));
        }
        (void)explainer_.explain(script, trace);  // Verdict::kInvalid is a finding too
      } catch (const replay::AdapterError&) {
        return;
      }
    }
  }

 private:
  // Its events are some of the script's steps and actors, and the end is the last of them.
  static bool is_of(const trace::Trace& trace, const model::Script& script) {
    const auto within = [](int index, std::size_t count) { return index < static_cast<int>(count); };
    return !trace.events.empty() && trace.events.back().kind == trace::EventKind::kEnded &&
           std::all_of(trace.events.begin(), trace.events.end(), [&](const trace::Event& event) {
             return event.step >= (event.kind == trace::EventKind::kEnded ? -1 : 0) && event.actor >= -1 &&
                    within(event.step, script.steps.size()) && within(event.actor, script.actors.size());
           });
  }

  // False if the coordinator has to give up.
  bool play(const HostilePlan& hostile, const model::Script& script) {
    for (int handovers = 0; handovers < kHandoversMax; ++handovers) {
      const int party = cell::next(cell_);
      if (party != cell::kCoordinator) {
        move(party, script);
      } else if (cell_.request == Request::kBatchDone) {
        return true;
      } else if (!answer()) {
        return false;
      }
      for (const Corruption& each : hostile.corruptions) {
        if (each.when == handovers) {
          corrupt(cell_, each);
        }
      }
    }
    return false;
  }

  bool answer() {
    const Request request = cell_.request;
    cell_.request = Request::kNone;
    switch (request) {
      case Request::kActorsNeeded:
        for (int slot = 0; slot < cell::kProcessesMax; ++slot) {
          cell_.dirty[slot] = 0;
        }
        for (int party = 0; party < cell::kHostParty; ++party) {
          cell_.parties[party].state = State::kAbsent;
        }
        for (int actor = 0; actor < cell::actors_of(cell_); ++actor) {
          if (!cell::current_script(cell_).started_by_step[actor]) {
            cell_.parties[cell::party_of_actor(cell_, actor)].state = State::kIdle;
          }
        }
        return true;
      case Request::kKill:
        if (cell_.request_process >= cell::kProcessesMax) {
          return false;
        }
        cell::finish_process(cell_, static_cast<int>(cell_.request_process));
        cell::record(cell_, cell::EventKind::kDone, cell_.request_step, -1, OutcomeKind::kNone);
        return true;
      default:
        return request != Request::kAdapterFailed;
    }
  }

  void finish(int party, OutcomeKind outcome, const char* text = "") {
    cell_.parties[party].outcome = outcome;
    std::snprintf(cell_.parties[party].text, sizeof cell_.parties[party].text, "%s", text);
    cell::finish_call(cell_, party);
  }

  void move(int party_index, const model::Script& script) {
    cell::Party& party = cell_.parties[party_index];
    const std::uint32_t step = party.command.script_step;
    if (party.command.kind != cell::CommandKind::kCall || step >= script.steps.size()) {
      return obey(party_index);
    }
    if (cell_.race_end != 0 && party.at_first_point != 0) {
      party.at_first_point = 0;
      party.state = State::kPoint;
      return;
    }
    cell::Semaphore& semaphore = cell_.semaphores[party.command.lock % cell::kLocksMax];
    switch (script.steps[step].call.method) {
      case model::Method::kAcquire:
      case model::Method::kWith:
        if (semaphore.value > 0) {
          --semaphore.value;
          finish(party_index, OutcomeKind::kTrue);
        } else if (party.blocked_reported != 0) {
          finish(party_index, OutcomeKind::kFalse);
        } else {
          cell::begin_wait(cell_, party_index, static_cast<std::uint64_t>(&semaphore - cell_.semaphores),
                           step % 2 == 0 ? cell::kNever : cell::wall_ns(cell_) + 500'000'000, true);
        }
        return;
      case model::Method::kRelease:
        semaphore.value += semaphore.value < 2 ? 1 : 0;
        return finish(party_index, OutcomeKind::kNone);
      default:
        return finish(party_index, OutcomeKind::kRaised, "ValueError('semaphore or lock released too many times')");
    }
  }

  void obey(int party_index) {
    cell::Party& party = cell_.parties[party_index];
    party.outcome = OutcomeKind::kNone;
    switch (party.command.kind) {
      case cell::CommandKind::kStartThread:
      case cell::CommandKind::kStartProcess:
      case cell::CommandKind::kFork:
        cell_.parties[party.command.party % cell::kHostParty].state = State::kIdle;
        break;
      case cell::CommandKind::kExit:
        cell::finish_command(cell_, party_index);
        party.state = State::kDead;
        return;
      default:
        break;
    }
    cell::finish_command(cell_, party_index);
  }

  Cell& cell_;
  judge::Explainer explainer_{spec::Options{}};
};

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) {
  const HostilePlan hostile = decode_hostile(input);
  return script::print(script_of(hostile.plan, kEveryAbility));
}

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto* const household = new fuzz::Household();  // as long as the process: no order of destruction to think of
  household->run(fuzz::decode_hostile({data, size}));
  return 0;
}
