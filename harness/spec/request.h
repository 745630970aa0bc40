#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"
#include "harness/model/script.h"
#include "harness/spec/clause.h"
#include "harness/spec/options.h"

namespace lockstep::spec {

enum class Wait : std::uint8_t {
  kPoll,     // does not block
  kTimed,    // blocks for at most the timeout
  kForever,  // blocks until the lock is free
  kNan,      // asks to wait for nan seconds
};

// Where an argument error surfaces. An owned RLock is looked at between the two: its timeout is never converted.
enum class Fault : std::uint8_t { kNone, kFirst, kTimeout };

// What a call asks for, its arguments understood as its edition understands them.
struct Request {
  model::LockKind kind = model::LockKind::kLock;
  model::Method method = model::Method::kAcquire;
  int lock = 0;
  bool body_raises = false;

  Wait wait = Wait::kForever;
  Clause refusal = Clause::kAcquireHeld;  // the clause under which it returns False, or blocks, when the lock is held
  bool timeout_huge = false;              // some 2**63 s either way: kForever or kPoll, though CPython overflows
  std::int64_t timeout_min_ns = 0;        // of kTimed: rounded down and up, since the documentation does not say how
  std::int64_t timeout_max_ns = 0;

  Fault fault = Fault::kNone;
  Clause fault_clause = Clause::kAcquireSignature;
  const char* fault_type = "";  // "TypeError", "OverflowError"
  std::string fault_message;
};

// The error is a value that no script may spell, or arguments to a call that takes none of them.
[[nodiscard]] base::Result<Request> read_call(const model::Call& call, model::LockKind kind, const Options& options);

}  // namespace lockstep::spec
