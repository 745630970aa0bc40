#pragma once

#include <cstddef>
#include <cstdint>

#include <semaphore.h>
#include <sys/types.h>

#include "harness/base/baton.h"
#include "harness/model/outcome.h"
#include "harness/model/script.h"

// The cell: one region of shared memory with all that a replay needs, mapped at the same address in every process that
// takes part, so that the addresses of its semaphores are valid handles everywhere.
//
// Invariant: exactly one party holds the baton (its `go` word was given, or it runs); all others are asleep on their
// own `go` word. Only the holder touches anything else in here, so plain fields suffice (harness/base/baton.h), and
// what the memory holds after k hand-overs depends on the scripts and the choices alone. The modes kReal and kReported
// keep no baton among the actors; there a party's own fields pass back and forth between it and the coordinator by `go`
// and `state`.
namespace lockstep::cell {

constexpr std::uint32_t kVersion = 2;
constexpr int kProcessesMax = 8;
constexpr int kThreadsMax = 8;
constexpr int kActorsMax = 8;
constexpr int kLocksMax = 16;  // the first half Locks, the second half RLocks
constexpr int kLocksPerKind = kLocksMax / 2;
constexpr int kSemaphoresMax = 256;
constexpr int kScriptsMax = 256;
constexpr int kStepsMax = 16384;
constexpr int kEventsMax = 3 * kStepsMax + kScriptsMax;
constexpr int kChoicesMax = 65536;
constexpr int kShapesMax = 8192;
constexpr int kShapeBytes = 128;
constexpr int kTextsMax = 1024;
constexpr int kTextBytes = 512;
constexpr int kMethods = 5;
constexpr int kOptionsMax = 3 * kActorsMax;

constexpr int kHostParty = kProcessesMax * kThreadsMax;
constexpr int kCoordinator = kHostParty + 1;
constexpr int kPartiesMax = kCoordinator + 1;

constexpr std::int64_t kNever = INT64_MAX;
// A realistic date: CPython adds a timeout to it and the sum must not overflow where it does not on a real clock.
constexpr std::int64_t kWallEpoch_ns = 1'760'000'000'000'000'000;
constexpr std::int64_t kWallOffsetMax_ns = kNever / 2;
constexpr std::int64_t kMonotonicEpoch_ns = 1'000'000'000'000;

// A semaphore that the shim answers for. As large as glibc's sem_t, whose address it stands for.
struct alignas(32) Semaphore {
  std::int32_t value;
  std::int32_t initial;
  std::int32_t linked;  // sem_unlink() has not been called
  std::int32_t used;
  std::uint32_t reserved[4];
};
static_assert(sizeof(Semaphore) == 32);

// What stands between the locks and the system, one carrier a mode.
enum class Mode : std::uint32_t {
  kVirtual,   // the shim answers for semaphores and words
  kReal,      // nothing, and there is no baton
  kNotified,  // real semaphores; their futex calls stop, and the coordinator answers them
  kReported,  // real semaphores and real sleep; the shim tells the coordinator of both
};

enum class State : std::uint32_t {
  kAbsent,   // no such process or thread now
  kIdle,     // waits for its next command
  kRunning,  // holds the baton, or will when it is its turn
  kPoint,    // inside a call, before a call of sem_*, its interpreter's lock held (in races only)
  kBlocked,  // inside a call, waiting for a semaphore or a word
  kWoken,    // its wait is over; it runs as soon as it is scheduled
  kDead,
};

enum class CommandKind : std::uint32_t {
  kNone,
  kCall,
  kSignal,
  kStartThread,
  kStartProcess,
  kFork,
  kExit,
  kRenewLocks,  // host only: a new pool; every process is started again
};

struct Command {
  CommandKind kind = CommandKind::kNone;
  std::uint32_t script_step = 0;
  std::uint32_t shape = 0;
  std::uint32_t lock = 0;     // index into the pool
  std::uint32_t process = 0;  // slot
  std::uint32_t party = 0;    // the new actor's
  std::uint32_t raises = 0;
};

enum class Wake : std::uint32_t { kGranted, kTimedOut, kInterrupted, kCancelled };

struct alignas(64) Party {
  base::BatonWord go;
  std::atomic<State> state;
  std::atomic<std::int32_t> pid;
  std::atomic<std::int32_t> tid;

  std::uint32_t unguarded;  // a script started it: no parent's death ends it when the coordinator is gone

  Command command;
  std::uint32_t script_actor;
  std::uint32_t at_first_point;        // this call of a race has not come to its first scheduling point yet
  std::atomic<std::uint32_t> in_call;  // it has taken up its command, a call, and not come back from it
  std::uint32_t blocked_reported;      // this call's kBlocked event has been written

  // What it waits for, while kBlocked. A key is a semaphore's index or identifies a word of a file.
  std::uint64_t wait_key;
  std::int64_t deadline_ns;  // of the clock below; kNever
  std::uint32_t deadline_on_wall_clock;
  std::uint32_t wait_order;
  Wake wake;
  std::int32_t pending_signal;

  // Mode::kNotified and kReported: it waits in a system call, and not for its baton: the coordinator lets it go on.
  std::uint32_t kept;

  // Mode::kReported: when its last wait ended, in the order of Reports::wakes; and that the coordinator ended it.
  std::atomic<std::uint32_t> woken;
  std::atomic<std::uint32_t> signalled;

  // What its last call came to.
  model::OutcomeKind outcome;
  char text[kTextBytes];
  std::int64_t invoked_ns;  // real time only: CLOCK_MONOTONIC, read by the actor before and after the call
  std::int64_t returned_ns;
};
static_assert(std::atomic<State>::is_always_lock_free);

// Mode::kReported: what the shim tells of real waits, by which the coordinator knows that nobody runs
// (harness/processes/conductor.h).
struct Reports {
  std::atomic<std::uint32_t> running;  // parties that are neither at rest nor about to wait
  std::atomic<std::uint32_t> wakes;    // counts the waits that have ended
  std::uint32_t dispatched;            // the party that the coordinator let run last
  struct Semaphore {
    std::atomic<std::uint32_t> posts, acquired;
  } semaphores[kSemaphoresMax];
};

struct Step {
  model::StepKind kind;
  std::uint8_t actor;
  std::uint8_t process;
  std::uint8_t new_actor;
  std::uint8_t lock;
  std::uint8_t raises;
  std::uint16_t shape;
  std::int64_t duration_ns;
};

enum class EventKind : std::uint8_t { kInvoked, kBlocked, kReturned, kSkipped, kDone, kEnded };

struct Event {
  EventKind kind;
  std::int16_t actor;
  std::int16_t step;
  std::uint32_t outcome;  // an OutcomeKind if below kFirstText, else kFirstText + 8 * text + kind
  std::int64_t time_ns;
  bool operator==(const Event&) const = default;
};
constexpr std::uint32_t kFirstText = 16;

struct Script {
  std::uint32_t first_step, steps;
  std::uint32_t first_event, events;
  std::uint32_t first_choice, choices;  // made by this run
  std::uint32_t first_pinned, pinned;   // to be followed by it
  std::uint64_t seed;                   // of the choices that nobody pinned; 0: always the first
  std::uint32_t misfit;                 // 1 + the first pinned choice that this run did not have; 0: none
  std::uint8_t pct_depth;               // 0: options are equally likely; else Probabilistic Concurrency Testing
  std::uint8_t exhausted;               // a race was given up after kDecisionsMax decisions
  std::uint8_t actors, processes;
  std::uint8_t actor_process[kActorsMax];
  std::uint8_t actor_thread[kActorsMax];
  std::uint8_t started_by_step[kActorsMax];
};

// What the coordinator is asked to do when the baton comes to it.
enum class Request : std::uint32_t {
  kNone,
  kBatchDone,
  kActorsNeeded,   // some actor of scripts[current] is absent
  kKill,           // request_process
  kAwaitExit,      // the thread or process of request_party has been told to leave
  kGoOn,           // request_party, which is kept, is to go on
  kAdapterFailed,  // `failure` says why
};

struct Cell {
  Semaphore semaphores[kSemaphoresMax];   // first, so that handles are easy to recognise
  sem_t real_semaphores[kSemaphoresMax];  // stand in for them where the C library's are wanted
  char semaphore_names[kSemaphoresMax][64];
  std::atomic<std::uint32_t> semaphores_used;
  std::uint32_t version;
  std::uint32_t size;
  std::int32_t coordinator_pid;
  Mode mode;
  // Mode::kNotified: where the host's seccomp listener is, or minus the errno of having none. 0: not known yet.
  std::atomic<std::int32_t> listener;
  std::atomic<std::int32_t> listener_pid;

  // Carrier F: the actors are fibers of the host's thread. The one to begin with, when the host gets the baton, and the
  // one that runs; whether the implementation can tell those of one process apart.
  std::uint32_t fibers, fiber, running_party;
  std::uint32_t threads_told_apart;

  Party parties[kPartiesMax];
  std::uint32_t stopped[kProcessesMax];
  std::uint32_t dirty[kProcessesMax];  // not as the host started it: to be replaced before the next script

  // The host's account of the implementation.
  std::uint32_t has_lock, has_rlock;
  std::uint32_t reachable;        // every lock is a bare semaphore or word that the shim answers for
  std::uint32_t reaches_semlock;  // some of its locks are made of multiprocessing's
  char unreachable[256];          // why not
  char implementation_version[64];
  char python_version[32];
  char failure[1024];

  // The replay.
  std::uint32_t epoch;  // counts scripts; a lock last used in another epoch is reset first
  std::uint32_t slot_epoch[kLocksMax];
  std::uint32_t scripts_loaded, current, pc;
  std::uint32_t running_script, draining;
  std::uint32_t race_end;  // index of the step after `end` while a race is on, else 0
  std::uint32_t race_first;
  std::uint32_t race_next[kActorsMax];  // where to look for the actor's next call
  std::uint32_t race_joined[kActorsMax];
  std::uint32_t race_next_event;       // where to look for the next step that is nobody's call: kill, clock
  std::uint32_t race_horizon;          // how many decisions it will take, roughly
  std::int32_t race_running;           // the actor that ran last, or -1
  std::uint32_t decisions;             // in this race
  std::uint32_t lowered[kOptionsMax];  // PCT: options whose priority was lowered, and to what
  std::uint32_t sightings_wanted;
  std::uint8_t sightings[320];  // see sightings.h
  std::uint32_t wait_orders;
  std::uint32_t choices_in_step;
  Reports reports;
  Request request;
  std::uint32_t request_process, request_party, request_step;
  std::int64_t now_ns, wall_offset_ns;
  std::int64_t pause_until_ns;           // -1: no pause is on
  std::atomic<std::uint64_t> handovers;  // grows while the replay makes progress: read by the watchdog

  Script scripts[kScriptsMax];
  Step steps[kStepsMax];
  std::uint32_t events_used, choices_used;
  Event events[kEventsMax];
  std::uint8_t choices[kChoicesMax];
  std::uint8_t degrees[kChoicesMax];  // among how many
  std::uint8_t kinds[kChoicesMax];    // what kinds of options: a set of model::ChoiceKind
  std::uint8_t pinned[kChoicesMax];

  std::uint32_t shapes_generation, shapes_used;
  char shapes[kShapesMax][kShapeBytes];
  std::uint32_t texts_used;
  char texts[kTextsMax][kTextBytes];
};

// Names of the environment variables through which a process finds its cell: "/proc/PID/fd/N" and the address, in hex.
inline constexpr const char* kPathVariable = "LOCKSTEP_CELL";
inline constexpr const char* kAddressVariable = "LOCKSTEP_CELL_ADDRESS";

[[nodiscard]] constexpr int party_of(int process_slot, int thread) { return process_slot * kThreadsMax + thread; }
[[nodiscard]] constexpr int process_of(int party) { return party / kThreadsMax; }

[[nodiscard]] inline std::int64_t wall_ns(const Cell& cell) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(kWallEpoch_ns + cell.wall_offset_ns) +
                                   static_cast<std::uint64_t>(cell.now_ns));
}
[[nodiscard]] inline std::int64_t monotonic_ns(const Cell& cell) { return kMonotonicEpoch_ns + cell.now_ns; }

}  // namespace lockstep::cell
