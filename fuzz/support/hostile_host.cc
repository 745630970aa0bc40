#include "fuzz/support/hostile_host.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "harness/actors/turn.h"
#include "harness/cell/hand_over.h"

namespace lockstep::fuzz {
namespace {

using cell::Cell;
using cell::CommandKind;
using model::OutcomeKind;

class Actor {
 public:
  Actor(Cell& cell, const std::vector<Corruption>& deeds, int me)
      : cell_(cell), deeds_(deeds), me_(me), turn_(cell, me, false) {}

  [[noreturn]] void live() {
    for (;;) {
      turn_.take();
      cell::Party& party = turn_.party();
      party.outcome = OutcomeKind::kNone;
      party.text[0] = '\0';
      switch (party.command.kind) {
        case CommandKind::kExit:
          turn_.leave();
          _exit(0);
        case CommandKind::kCall:
          party.in_call.store(1);
          call(party);
          party.in_call.store(0);
          break;
        case CommandKind::kStartProcess:
        case CommandKind::kStartThread:
        case CommandKind::kFork:
          start(static_cast<int>(party.command.party));
          break;
        default:
          break;
      }
      misbehave();
      turn_.finish();
    }
  }

 private:
  // A lock of one semaphore; who waits in vain gets it when the script is over.
  void call(cell::Party& party) {
    misbehave();
    const std::uint32_t lock = party.command.lock % cell::kLocksMax;
    std::int32_t& value = cell_.semaphores[lock].value;
    if (party.command.shape % 2 != 0) {
      value += value < 2 ? 1 : 0;
    } else if (value > 0) {
      --value;
      party.outcome = OutcomeKind::kTrue;
    } else if (!cell_.draining) {
      cell::begin_wait(cell_, me_, lock, party.command.script_step % 2 == 0 ? cell::kNever : cell::wall_ns(cell_) + 500,
                       true);
      misbehave();
      cell::hand_over(cell_, me_);
      party.outcome = party.wake == cell::Wake::kGranted ? OutcomeKind::kTrue : OutcomeKind::kFalse;
    }
  }

  void start(int party) {
    const pid_t child = fork();
    if (child == 0) {
      Actor(cell_, deeds_, party % cell::kPartiesMax).live();
    }
    turn_.started(party % cell::kPartiesMax, child);
  }

  // Each deed once, whoever comes to it.
  void misbehave() {
    const std::uint64_t now = cell_.handovers.load();
    for (const Corruption& deed : deeds_) {
      if (deed.when >= done_until_ && deed.when < now) {
        act(deed);
      }
    }
    done_until_ = now;
  }

  void act(const Corruption& deed) {
    switch (deed.what < kFirstDeed ? -1 : (deed.what - kFirstDeed) % 8) {
      case 0:
        return base::give(cell_.parties[deed.where % cell::kPartiesMax].go);
      case 1:
        return cell::pass(cell_, deed.where % cell::kPartiesMax);
      case 2:
        _exit(deed.value);
      case 3:
        raise(SIGKILL);
        return;
      case 4:
        for (;;) {
          pause();
        }
      case 5:
        for (;;) {
          cell_.handovers.fetch_add(1);
        }
      case 6:
        return turn_.finish();
      case 7:
        start(deed.where % cell::kHostParty);
        return;
      default:
        corrupt(cell_, deed);
    }
  }

  Cell& cell_;
  const std::vector<Corruption>& deeds_;
  int me_;
  actors::Turn turn_;
  std::uint64_t done_until_ = 0;
};

}  // namespace

void live_as_host(Cell& cell, const std::vector<Corruption>& deeds) {
  signal(SIGCHLD, SIG_IGN);  // nobody waits for those that it starts
  cell.semaphores_used = cell::kLocksMax;
  for (int lock = 0; lock < cell::kLocksMax; ++lock) {
    cell.semaphores[lock] = {1, 1, 1, 1, {}};
  }
  cell.reachable = 1;
  Actor(cell, deeds, cell::kHostParty).live();
}

}  // namespace lockstep::fuzz
