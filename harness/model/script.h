#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/model/outcome.h"

namespace lockstep::model {

enum class LockKind : std::uint8_t { kLock, kRLock };
enum class Method : std::uint8_t { kAcquire, kRelease, kLocked, kWith, kRepr };

struct LockDeclaration {
  std::string name;
  LockKind kind = LockKind::kLock;
  bool operator==(const LockDeclaration&) const = default;
};

struct ProcessDeclaration {
  std::string name;
  bool started_by_step = false;  // by `start process` or `fork`, not by the script's head
  bool operator==(const ProcessDeclaration&) const = default;
};

// Actors are numbered in order of declaration, those that steps start included. The first actor of a process is its
// main thread.
struct ActorDeclaration {
  std::string name;
  int process = 0;
  bool main_thread = true;
  bool started_by_step = false;
  bool operator==(const ActorDeclaration&) const = default;
};

// One argument as the script spells it: "0.5" or "10**400" or "None"; keyword is empty if it is positional.
struct Argument {
  std::string keyword;
  std::string spelling;
  bool operator==(const Argument&) const = default;
};

struct Call {
  int lock = 0;
  Method method = Method::kAcquire;
  std::vector<Argument> arguments;
  bool body_raises = false;  // of `with`
  bool operator==(const Call&) const = default;
};

// A duration of the script: never negative; the spelling is kept for printing.
struct Seconds {
  std::string spelling;
  std::int64_t nanoseconds = 0;
  bool operator==(const Seconds&) const = default;
};

enum class ExpectationKind : std::uint8_t {
  kNone,
  kOutcome,      // a: L.acquire() -> True | raises ValueError("...")
  kReturns,      // b: returns True
  kOneReturns,   // one of b, c returns True
  kStillBlocks,  // b still blocks
};

struct Expectation {
  ExpectationKind kind = ExpectationKind::kNone;
  std::vector<int> actors;        // of kReturns, kOneReturns, kStillBlocks
  std::vector<Outcome> outcomes;  // any of these; kind kBlocks stands for "-> blocks"
  bool operator==(const Expectation&) const = default;
};

enum class StepKind : std::uint8_t {
  kCall,   // actor, call, expectation
  kPause,  // seconds: lets time pass
  kRace,   // the calls up to the matching kEnd are issued together
  kEnd,
  kStartThread,   // new_actor, in process
  kStartProcess,  // new_actor, the main thread of the new process; by actor
  kFork,          // actor forks; new_actor is the child's main thread, process the child
  kExit,          // actor
  kKill,          // process
  kStop,          // process
  kContinue,      // process
  kSignal,        // actor, handler_raises
  kClock,         // seconds: steps the wall clock forward (virtual time only)
  kExpectation,   // a line of its own: expectation
};

struct Step {
  StepKind kind = StepKind::kCall;
  int actor = -1;
  int process = -1;
  int new_actor = -1;
  Call call;
  Seconds seconds;
  bool handler_raises = false;
  Expectation expectation;
  int line = 0;  // of the source, 0 if generated; takes no part in comparison

  bool operator==(const Step& other) const {
    return kind == other.kind && actor == other.actor && process == other.process && new_actor == other.new_actor &&
           call == other.call && seconds == other.seconds && handler_raises == other.handler_raises &&
           expectation == other.expectation;
  }
};

// Plain data; harness/script parses, prints, validates and generates it. DESIGN: one .lks file.
struct Script {
  std::string comment;  // the lines before the first declaration, without "# "
  std::vector<std::string> clauses;
  std::vector<LockDeclaration> locks;
  std::vector<ProcessDeclaration> processes;
  std::vector<ActorDeclaration> actors;
  std::vector<Step> steps;
  std::vector<std::uint32_t> schedule;  // the `schedule` line: every choice of a controlled run, in order
  bool operator==(const Script&) const = default;
};

}  // namespace lockstep::model
