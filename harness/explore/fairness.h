#pragma once

#include "harness/model/script.h"
#include "harness/trace/trace.h"

namespace lockstep::explore {

// What one trace shows beyond right and wrong: no clause forbids it, but users want to know.
struct Fairness {
  int bypasses = 0;       // how often, at most, others took a lock while one actor waited for it
  int waiting = -1;       // the call's step
  bool deadlock = false;  // in the end every actor that is alive waits for ever
};

[[nodiscard]] Fairness fairness(const model::Script& script, const trace::Trace& trace);

}  // namespace lockstep::explore
