#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "harness/model/script.h"

namespace lockstep::spec {

inline constexpr int kActorsMax = 8;
inline constexpr int kLocksMax = 8;
inline constexpr int kProcessesMax = 8;

// One lock, of either kind. Plain bytes without padding, so that states compare and hash quickly.
//
// Invariants, without policies:
//   (1) value is 1 (free) or 0 (held).
//   (2) of an RLock, value is 0 if and only if exactly one count is positive: that of its owner's process, alive or
//   dead. (3) of a Lock, holder is -1 if and only if value is 1; counts are 0.
// Policies let value grow beyond 1 and an RLock have several owners, one a process.
struct LockState {
  std::uint8_t value = 1;
  std::int8_t holder = -1;   // the actor who took it last, as long as it is held
  std::uint8_t crossed = 0;  // 1 once the processes' own notes of who has it may be wrong
  std::uint8_t reserved = 0;

  // Of an RLock, what each process notes: how often its owner holds it, and who that is; -1 is nobody, or a thread that
  // stayed in the parent of a forked process.
  std::array<std::uint16_t, kProcessesMax> count{};
  std::array<std::int8_t, kProcessesMax> owner{-1, -1, -1, -1, -1, -1, -1, -1};
  bool operator==(const LockState&) const = default;
};

// What may differ between two explanations of one trace.
struct State {
  std::array<LockState, kLocksMax> locks{};
  bool operator==(const State&) const = default;
};
static_assert(std::has_unique_object_representations_v<State>);

// What a trace itself tells about the world: who lives where. Actors and processes are numbered as in the script.
class World {
 public:
  World() = default;

  // REQUIRES: at most kActorsMax actors, kLocksMax locks and kProcessesMax processes.
  explicit World(const model::Script& script);

  [[nodiscard]] int actors() const { return actors_; }
  [[nodiscard]] int process_of(int actor) const { return process_of_[index(actor)]; }
  [[nodiscard]] bool alive(int actor) const { return alive_[index(actor)]; }
  [[nodiscard]] bool stopped(int actor) const { return stopped_[index(process_of(actor))]; }

  // Whether the actor's process descends from the other's by raw forks.
  [[nodiscard]] bool forked_below(int actor, int other) const;

  void start(int actor);
  void fork(int parent, int child);

  // The actor's thread ends; its process, if it is the main thread.
  void exit(int actor, bool main_thread);
  void kill(int process);
  void set_stopped(int process, bool stopped) { stopped_[index(process)] = stopped; }

 private:
  static std::size_t index(int number) { return static_cast<std::size_t>(number); }

  int actors_ = 0;
  std::array<int, kActorsMax> process_of_{};
  std::array<bool, kActorsMax> alive_{};
  std::array<bool, kProcessesMax> stopped_{};
  std::array<int, kProcessesMax> forked_from_{};  // the parent process of a raw fork, else -1
};

// How an actor stands to a lock.
enum class Relation : std::uint8_t { kFree, kOwn, kOtherThread, kOtherProcess };

// Of a Lock, kOwn means that the actor took it last. REQUIRES: lock is of that kind.
[[nodiscard]] Relation relation(const World& world, const LockState& lock, model::LockKind kind, int actor);

// How often the actor holds the RLock.
[[nodiscard]] std::uint16_t depth(const World& world, const LockState& lock, int actor);

// A policy: the child process has its parent's notes on RLocks, so that the child actor owns what its parent does.
void inherit(const World& world, State& state, int parent, int child);

// A policy: the thread has the id of a dead one of its process, or of one that stayed in the parent of its process
// (dead is -1), and with it what that owned.
void take_over(const World& world, State& state, int dead, int thread);

// A raw fork copies what its process noted about the Locks held now: from here on those notes may be wrong.
void cross_by_fork(State& state);

}  // namespace lockstep::spec
