#include "harness/processes/real_carrier.h"

#include "harness/processes/drain.h"
#include "harness/processes/real_run.h"

namespace lockstep::processes {

RealCarrier::RealCarrier(const Launch& launch, int number)
    : family_(launch, number, cell::Mode::kReal), packer_(family_.cell()) {
  renew();
}

void RealCarrier::renew() {
  family_.restart(true);
  for (int kind = 0; kind < 2; ++kind) {
    free_locks_[kind].clear();
    for (int index = cell::kLocksPerKind; index-- > 0;) {
      free_locks_[kind].push_back(kind * cell::kLocksPerKind + index);
    }
  }
}

std::vector<trace::Trace> RealCarrier::replay(std::span<const replay::Item> items) {
  std::vector<trace::Trace> traces;
  traces.reserve(items.size());
  for (const replay::Item& item : items) {
    traces.push_back(replay_one(item));
  }
  return traces;
}

std::vector<int> RealCarrier::take_locks(const model::Script& script) {
  std::size_t wanted[2] = {0, 0};
  for (const model::LockDeclaration& lock : script.locks) {
    ++wanted[static_cast<std::size_t>(lock.kind)];
  }
  if (free_locks_[0].size() < wanted[0] || free_locks_[1].size() < wanted[1]) {
    renew();
  }
  std::vector<int> taken;
  for (const model::LockDeclaration& lock : script.locks) {
    std::vector<int>& free = free_locks_[static_cast<std::size_t>(lock.kind)];
    taken.push_back(free.back());
    free.pop_back();
  }
  return taken;
}

trace::Trace RealCarrier::replay_one(const replay::Item& item) {
  const std::vector<int> locks = take_locks(*item.script);
  packer_.pack(std::span(&item, 1));
  family_.prepare(family_.cell().scripts[0]);
  RealRun run(family_, packer_, *item.script, locks, polls_ ? Patience::kLittle : Patience::kMuch);
  trace::Trace trace = run.replay();
  polls_ = polls_ || run.saw_pending();
  // Last in, first out: a lock that works is used again at once, so few are needed.
  for (const int lock : drain(run)) {
    free_locks_[lock / cell::kLocksPerKind].push_back(lock);
  }
  family_.retire_dirty();
  return trace;
}

}  // namespace lockstep::processes
