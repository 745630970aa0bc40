#include "harness/spec/repr.h"

#include <cstddef>

namespace lockstep::spec {

Reply foretell_repr(const World& world, const LockState& lock, model::LockKind kind, int actor, PolicySet policies) {
  // Of an RLock only the owner counts. Of a Lock every process does, and once a release crossed processes the counts
  // are off for good, and with them the names.
  const auto process = static_cast<std::size_t>(world.process_of(actor));
  const bool left_behind = lock.count[process] > 0 && lock.owner[process] < 0;
  const bool broken = lock.value > 1 || left_behind;
  const bool crossed = kind == model::LockKind::kLock ? lock.crossed != 0 : broken;
  if (crossed && (broken || policies.has(Policy::kStaleOwnerRepr) || policies.has(Policy::kTwoStepRelease))) {
    return Reply::kReprAny;
  }
  const Relation to = relation(world, lock, kind, actor);
  if (to == Relation::kFree) {
    return Reply::kReprFree;
  }
  if (crossed) {
    return Reply::kReprHeld;
  }
  if (to == Relation::kOwn) {
    return Reply::kReprMine;
  }
  // The child of a raw fork may know of its parent's thread, or only that it is not its own.
  const bool forked = lock.holder >= 0 && world.forked_below(actor, lock.holder);
  return to == Relation::kOtherThread ? Reply::kReprOtherThread
         : forked                     ? Reply::kReprNotMine
                                      : Reply::kReprOtherProcess;
}

}  // namespace lockstep::spec
