#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "harness/judge/finding.h"
#include "harness/model/script.h"
#include "harness/spec/options.h"
#include "harness/trace/trace.h"

namespace lockstep::judge {

// Is there a way to explain the trace by the specification? Follows it event by event with the set of all
// configurations that explain it so far (just-in-time linearization: Lowe, "Testing for linearizability", 2016). Races,
// the choice of the waiter that wakes, and calls cut short by a kill are all this one mechanism.
//
// At a quiescent point every open call is blocked, so configurations in which one of them could go on are dropped: that
// finds lost wake-ups and late expiries. A timed call that returns False must have reached its deadline: to the
// microsecond in virtual time, at most 1 us early in real time. In virtual time it must not be late either. Where a
// step and a deadline fall on the same instant either may come first, and so a release or the timeout may win.
//
// What a step other than a call brings about (a signal, a continued process, a stepped clock) may be returned before or
// after its own kDone event. A call of a stopped process may take effect or not until the process goes on.
//
// A trace with a kPending event is judged by judge_pending().
class Explainer {
 public:
  explicit Explainer(spec::Options options);
  ~Explainer();
  Explainer(Explainer&&) noexcept;
  Explainer& operator=(Explainer&&) noexcept;

  [[nodiscard]] Finding explain(const model::Script& script, const trace::Trace& trace);

  // The same; besides, determined[step] tells whether the specification left one outcome only for the call of that
  // step, given what the trace showed before it returned. False for calls that never returned.
  [[nodiscard]] Finding explain(const model::Script& script, const trace::Trace& trace, std::vector<bool>& determined);

 private:
  class Run;
  std::unique_ptr<Run> run_;  // its buffers are kept from trace to trace
};

[[nodiscard]] Finding explain(const model::Script& script, const trace::Trace& trace, const spec::Options& options);

}  // namespace lockstep::judge
