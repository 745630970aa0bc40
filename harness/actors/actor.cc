#include "harness/actors/actor.h"

#include <cstring>
#include <ctime>
#include <optional>

#include "harness/actors/resets.h"
#include "harness/actors/turn.h"
#include "harness/cell/region.h"

namespace lockstep::actors {
namespace {

using cell::CommandKind;
using model::OutcomeKind;

static_assert(LOCKSTEP_HOST_PARTY == cell::kHostParty && LOCKSTEP_LOCKS_PER_KIND == cell::kLocksPerKind);
static_assert(LOCKSTEP_CALL == static_cast<int>(CommandKind::kCall));
static_assert(LOCKSTEP_SIGNAL == static_cast<int>(CommandKind::kSignal));
static_assert(LOCKSTEP_START_THREAD == static_cast<int>(CommandKind::kStartThread));
static_assert(LOCKSTEP_START_PROCESS == static_cast<int>(CommandKind::kStartProcess));
static_assert(LOCKSTEP_FORK == static_cast<int>(CommandKind::kFork));
static_assert(LOCKSTEP_EXIT == static_cast<int>(CommandKind::kExit));
static_assert(LOCKSTEP_RENEW_LOCKS == static_cast<int>(CommandKind::kRenewLocks));
static_assert(LOCKSTEP_TRUE == static_cast<int>(OutcomeKind::kTrue));
static_assert(LOCKSTEP_FALSE == static_cast<int>(OutcomeKind::kFalse));
static_assert(LOCKSTEP_NONE == static_cast<int>(OutcomeKind::kNone));
static_assert(LOCKSTEP_VALUE == static_cast<int>(OutcomeKind::kValue));
static_assert(LOCKSTEP_RAISED == static_cast<int>(OutcomeKind::kRaised));

struct Member {
  std::optional<Turn> turn;
  lockstep_command command = {};
};

Member& this_thread() {
  static thread_local Member member;
  return member;
}

// Of the whole process: only the thread whose turn it is looks.
Resets& resets() {
  static Resets all;
  return all;
}

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void copy(char* target, std::size_t size, const char* text) {
  std::strncpy(target, text == nullptr ? "" : text, size - 1);
  target[size - 1] = '\0';
}

}  // namespace
}  // namespace lockstep::actors

namespace actors = lockstep::actors;
namespace cell = lockstep::cell;

#define LOCKSTEP_EXPORT __attribute__((visibility("default")))

LOCKSTEP_EXPORT int lockstep_actor_attach(int party, int started_by_step) {
  cell::Cell* const cell = cell::from_environment();
  if (cell == nullptr || party < 0 || party > cell::kHostParty) {
    return -1;
  }
  // Once: the child of a fork goes on with what its parent knew.
  static const bool joined = [&] {
    if (started_by_step != 0) {
      actors::resets().join_running_script(*cell);
    }
    return true;
  }();
  (void)joined;
  actors::this_thread().turn.emplace(*cell, party, started_by_step != 0);
  return 0;
}

LOCKSTEP_EXPORT const lockstep_command* lockstep_actor_next() {
  actors::Member& member = actors::this_thread();
  member.turn->take();
  cell::Cell& cell = *cell::from_environment();
  cell::Party& party = member.turn->party();
  const cell::Command& command = party.command;
  member.command = {static_cast<std::uint32_t>(command.kind), command.lock, 0, command.party, command.raises, nullptr};
  if (command.kind == cell::CommandKind::kCall) {
    const actors::Resets::Due due = actors::resets().take(cell, command.lock);
    member.command.reset =
        (due.shared ? unsigned{LOCKSTEP_RESET_SHARED} : 0) | (due.own ? unsigned{LOCKSTEP_RESET_OWN} : 0);
    char(&call)[cell::kShapeBytes] = cell.shapes[command.shape % cell::kShapesMax];
    call[cell::kShapeBytes - 1] = '\0';
    member.command.call = call;
    party.in_call.store(1, std::memory_order_relaxed);
    party.invoked_ns = cell.mode == cell::Mode::kReal ? actors::now_ns() : 0;
  }
  return &member.command;
}

LOCKSTEP_EXPORT void lockstep_actor_done(int outcome, const char* text) {
  using lockstep::model::OutcomeKind;
  actors::Turn& turn = *actors::this_thread().turn;
  cell::Party& party = turn.party();
  party.returned_ns = cell::from_environment()->mode == cell::Mode::kReal ? actors::now_ns() : 0;
  party.in_call.store(0, std::memory_order_relaxed);
  const bool known = outcome >= LOCKSTEP_TRUE && outcome <= LOCKSTEP_RAISED;
  party.outcome = known ? static_cast<OutcomeKind>(outcome) : OutcomeKind::kBlocks;  // which no call tells of
  actors::copy(party.text, sizeof party.text, text);
  turn.finish();
}

LOCKSTEP_EXPORT void lockstep_actor_started(int party, int pid) {
  if (party >= 0 && party < cell::kHostParty) {
    actors::this_thread().turn->started(party, pid);
  }
}

LOCKSTEP_EXPORT void lockstep_actor_leave() { actors::this_thread().turn->leave(); }

LOCKSTEP_EXPORT void lockstep_actor_announce(int has_lock, int has_rlock, int reaches_semlock, const char* unreachable,
                                             const char* version, const char* python_version) {
  if (cell::Cell* const cell = cell::from_environment(); cell != nullptr) {
    cell->has_lock = has_lock != 0;
    cell->has_rlock = has_rlock != 0;
    cell->reaches_semlock = reaches_semlock != 0;
    cell->reachable = unreachable == nullptr || *unreachable == '\0';
    actors::copy(cell->unreachable, sizeof cell->unreachable, unreachable);
    actors::copy(cell->implementation_version, sizeof cell->implementation_version, version);
    actors::copy(cell->python_version, sizeof cell->python_version, python_version);
  }
}

LOCKSTEP_EXPORT void lockstep_actor_fail(const char* reason) {
  if (cell::Cell* const cell = cell::from_environment(); cell != nullptr) {
    actors::fail(*cell, reason);
  }
}

LOCKSTEP_EXPORT int lockstep_actor_has_shim() { return actors::find_shim() != nullptr; }

LOCKSTEP_EXPORT int lockstep_actor_in_cell(unsigned long long address) {
  const cell::Cell* const cell = cell::from_environment();
  return cell != nullptr &&
         (address - reinterpret_cast<std::uintptr_t>(cell->semaphores) < sizeof cell->semaphores ||
          address - reinterpret_cast<std::uintptr_t>(cell->real_semaphores) < sizeof cell->real_semaphores);
}
