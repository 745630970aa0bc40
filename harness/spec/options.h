#pragma once

#include "harness/spec/clause.h"
#include "harness/spec/edition.h"
#include "harness/spec/policy.h"

namespace lockstep::spec {

// What a lock is held to. The defaults are the reference's; `multiprocessing` itself has has_locked from 3.14 only.
struct Options {
  Edition edition;
  PolicySet policies;

  // Clauses beyond this level bind nobody: what they are about may end in any way that keeps the lock's state honest.
  Level level = Level::kObserved;

  // Whether exceptions are compared with their messages, or by type alone.
  bool exact_messages = true;

  // Whether the objects have locked(), which is documented from 3.14 on.
  bool has_locked = true;
};

}  // namespace lockstep::spec
