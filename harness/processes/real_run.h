#pragma once

#include <cstdint>
#include <vector>

#include "harness/processes/call_timeout.h"
#include "harness/processes/family.h"
#include "harness/processes/packing.h"
#include "harness/processes/quiescence.h"
#include "harness/trace/trace.h"

namespace lockstep::processes {

enum class Patience : std::uint8_t { kLittle, kMuch };

// One script in real time. Between steps it waits until every open call has returned or is proved blocked. Proved means
// one of two things, so that the judge may hold a call that is still open to it:
//   (1) the call's thread waits for an event, without a timeout: it will not return by itself;
//   (2) the call has a timeout, which is still to come, and its thread waits for an event or the time.
// A call that is neither for too long is pending, which the trace says (EventKind::kPending), or hangs.
class RealRun {
 public:
  // `locks` are the places in the pool of the script's locks.
  RealRun(Family& family, Packer& packer, const model::Script& script, const std::vector<int>& locks,
          Patience patience);

  [[nodiscard]] trace::Trace replay();

  [[nodiscard]] bool saw_pending() const { return saw_pending_; }
  [[nodiscard]] Family& family() { return family_; }
  [[nodiscard]] const model::Script& script() const { return script_; }
  [[nodiscard]] const std::vector<int>& locks() const { return locks_; }

  // For draining, when the trace is complete: makes a call that is no part of the script. Returns its outcome, kBlocks
  // if it did not return.
  [[nodiscard]] model::OutcomeKind call_outside(int actor, int lock, const model::Call& call);
  [[nodiscard]] bool is_idle(int actor) const;
  [[nodiscard]] bool has_open_calls() const { return !open_.empty(); }
  void settle();

 private:
  struct OpenCall {
    int step = -1;
    int actor = -1;
    std::size_t invoked_event = 0;
    std::int64_t deadline_ns = INT64_MAX;  // since the script began
    bool blocked = false;                  // its kBlocked event is written
    bool pending = false;
    Work work_at_start;
  };

  [[nodiscard]] int party_of(int actor) const;
  [[nodiscard]] std::int64_t now_ns() const;
  [[nodiscard]] cell::Party& party(int actor) const;
  [[nodiscard]] model::Outcome outcome_of(int actor) const;
  void record(trace::EventKind kind, int step, int actor, model::Outcome outcome = {});
  void take_step(int step);
  void take_actor_step(int step, int actor, cell::CommandKind kind);
  void take_process_step(int step);
  void take_signal(int step);
  [[nodiscard]] int take_race(int step);
  void issue_call(int step);
  void pause(std::int64_t duration_ns);
  void command(int step, int actor, cell::CommandKind kind);
  [[nodiscard]] int free_actor_of(int process) const;
  void collect_returns();
  void collect_deaths();
  [[nodiscard]] bool all_blocked();
  [[nodiscard]] bool is_blocked(const OpenCall& call, const CallWait& wait) const;
  void give_up();
  void close(std::size_t index, model::Outcome outcome);

  Family& family_;
  Packer& packer_;
  const model::Script& script_;
  std::vector<int> locks_;
  Observer observer_;
  std::int64_t budget_ns_;
  std::int64_t begun_ns_ = 0;
  bool saw_pending_ = false;
  std::vector<OpenCall> open_;
  trace::Trace trace_;
};

}  // namespace lockstep::processes
