#pragma once

#include <vector>

#include "harness/processes/family.h"
#include "harness/processes/packing.h"
#include "harness/replay/carrier.h"

namespace lockstep::processes {

// Carrier N: real processes in real time, nothing interposed; works for any lock. A call counts as blocked when that is
// proved (quiescence.h); one that can be neither awaited nor proved blocked counts as pending.
class RealCarrier : public replay::Carrier {
 public:
  RealCarrier(const Launch& launch, int number);

  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override;
  void renew() override;

  [[nodiscard]] Family& family() { return family_; }

 private:
  trace::Trace replay_one(const replay::Item& item);
  [[nodiscard]] std::vector<int> take_locks(const model::Script& script);

  Family family_;
  Packer packer_;
  std::vector<int>
      free_locks_[2];   // of the pool, by kind; a lock that could not be brought back to free is not used again
  bool polls_ = false;  // some call was pending: no use in waiting long for the next
};

}  // namespace lockstep::processes
