#pragma once

#include <array>
#include <memory>
#include <vector>

#include "harness/explore/recording.h"
#include "harness/explore/schedule_chooser.h"
#include "harness/explore/section.h"
#include "harness/explore/simulated_lock.h"
#include "harness/replay/schedules.h"
#include "impl/lock/counted_lock.h"
#include "impl/lock/rlock.h"
#include "impl/platform/sim/director.h"
#include "impl/platform/sim/world.h"

namespace lockstep::explore {

// The locks that ship, with simulated processes, threads, memory and clock: no Python, no system. Every operation on a
// lock's words is a scheduling point, and in a race loads may read older stores, as the memory model allows: so this
// carrier explores what lies between them, where the others take a call up to its first wait as one step.
//
// Outside `race ... end` nothing is chosen but which waiter wakes, and the traces are those of carrier P. Of two calls,
// one of which ends before the other begins, the later sees what the earlier stored: who says that they came in that
// order has made them communicate. Memory is ordered by that as by sequentially consistent fences; only the order of
// steps outside races makes one happen before the other.
//
// What its locks protect is watched besides (Section): Played::broken says what is wrong there. REQUIRES: supports() of
// every script.
class Simulation final : public replay::Scheduled, private impl::sim::Director {
 public:
  // The locks are for tests to replace.
  explicit Simulation(MakeSimulatedLock make_lock = make_simulated_lock<impl::CountedLock<impl::sim::SimPlatform>>,
                      MakeSimulatedLock make_rlock = make_simulated_lock<impl::RLock<impl::sim::SimPlatform>>);

  // At most 7 actors and 4 locks; calls as simulated_call() reads them; no signals, forks, starts, exits and stops.
  [[nodiscard]] static bool supports(const model::Script& script);

  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override;
  void renew() override {}
  std::span<const replay::Played> play(const model::Script& script,
                                       std::span<const replay::Schedule> schedules) override;
  [[nodiscard]] trace::Trace trace_of(std::size_t run) const override { return recording_.trace(run); }

 private:
  struct Lock {
    bool recursive;
    std::unique_ptr<SimulatedLock> lock;
    std::unique_ptr<Section> section;
  };
  struct Actor {
    Simulation* simulation = nullptr;
    int number = 0;
    int process = 0;
    std::size_t next = 0, end = 0;  // It is to make its calls among these steps.
    std::size_t step = 0;           // Of its last call.
    bool blocked = false;           // That call's kBlocked event has been recorded, and it has not returned.
    void operator()() { simulation->act(*this); }
  };

  void prepare(const model::Script& script);
  void prepare_locks(const model::Script& script);
  void run(std::span<const std::uint8_t> pinned, std::uint64_t seed, std::uint8_t pct_depth);

  void direct() override;
  void falls_asleep(int thread) override;
  void take(std::size_t step);
  void take_call(std::size_t step);
  void take_pause(std::size_t step);
  void take_event(std::size_t step);
  std::size_t take_race(std::size_t step);
  void check_locks();
  bool begin(Actor& actor, std::size_t first, std::size_t end);

  void act(Actor& actor);
  [[nodiscard]] Answer call(const Actor& actor, const SimulatedCall& call);
  [[nodiscard]] Answer acquire(const Actor& actor, const SimulatedCall& call);
  [[nodiscard]] Answer release(const Actor& actor, const SimulatedCall& call);

  [[nodiscard]] bool is_call_of(std::size_t step, const Actor& actor) const {
    return script_->steps[step].kind == model::StepKind::kCall && script_->steps[step].actor == actor.number;
  }
  void record(trace::EventKind kind, std::size_t step, int actor, Answer answer = Answer::kNone) {
    recording_.event(kind, step, actor, world_.now_ns() - begun_ns_, answer);
  }

  MakeSimulatedLock make_lock_;
  MakeSimulatedLock make_rlock_;
  impl::sim::World world_;
  Recording recording_;
  ScheduleChooser chooser_{recording_};
  const model::Script* script_ = nullptr;
  std::vector<SimulatedCall> calls_;  // by step
  std::vector<Lock> locks_;
  std::array<Actor, impl::sim::kThreadsMax> actors_;
  std::array<bool, impl::sim::kThreadsMax> killed_{};  // by process
  std::int64_t begun_ns_ = 0;
};

}  // namespace lockstep::explore
