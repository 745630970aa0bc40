#pragma once

#include "impl/lock/lock.h"
#include "impl/platform/sim/sim_platform.h"

namespace lockstep::impl::sim {

// A simulated slot, as a lock in use leaves it or fresh. It takes four of the world's words: 0 to 3 if it is the first.
template <class P = SimPlatform>
[[nodiscard]] Slot<P> make_slot(World& world, std::uint32_t word = 0) {
  return {.word = SimWord(world, word),
          .sleepers = SimWord(world),
          .quiet = SimWord(world),
          .last_releaser = SimWord(world)};
}

}  // namespace lockstep::impl::sim
