#pragma once

#include <memory>

#include "harness/processes/family.h"
#include "harness/processes/packing.h"
#include "harness/replay/carrier.h"

namespace lockstep::processes {

// Carrier P: real processes and threads, virtual semaphores and clock. The trace depends on the script and the choices
// alone (harness/cell).
//
// Carrier F is the same with Launch::fibers: each actor a fiber of the host's one thread, ten times as fast. Signals,
// forks, starts, ends and kills it can't do, nor tell the names of processes and threads (supports()).
class VirtualCarrier : public replay::Scheduled {
 public:
  // The mode and the way to wait are for carriers that are made of this one.
  VirtualCarrier(const Launch& launch, int number, cell::Mode mode = cell::Mode::kVirtual, AwaitBaton await_baton = {});

  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override;
  void renew() override;
  std::span<const replay::Played> play(const model::Script& script,
                                       std::span<const replay::Schedule> schedules) override;
  [[nodiscard]] trace::Trace trace_of(std::size_t run) const override { return packer_.unpack(run); }

  // Every lock of the implementation is a bare semaphore or word that the shim answers for. If not, its actors would
  // wait for something that nobody can see: use RealCarrier.
  [[nodiscard]] bool reachable() { return family_.cell().reachable != 0; }
  [[nodiscard]] Family& family() { return family_; }

  // Whether it can play the script. A fiber of a reference can't be told from another of its process.
  [[nodiscard]] bool supports(const model::Script& script);

 private:
  void prepare();
  void note_events();
  [[nodiscard]] replay::AdapterError endless();
  bool look_for_trouble_in_fibers();
  [[nodiscard]] std::size_t run_batch();
  void handle_request();
  bool look_for_trouble();
  void end_call(int party, model::OutcomeKind outcome, const std::string& text);

  Family family_;
  Packer packer_;
  std::vector<replay::Played> played_;
  std::uint64_t handovers_seen_ = 0;
  int looks_without_progress_ = 0;
  std::uint32_t events_most_ = 0;  // of this batch, as seen by this process
  int looks_without_event_ = 0;
  int returns_without_event_ = 0;
  int preparations_ = 0;  // since an actor last ran
  int next_party_ = 0;
  bool ended_call_ = false;  // took the baton of one that died or hung
};

}  // namespace lockstep::processes
