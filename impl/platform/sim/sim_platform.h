#pragma once

#include <cstdint>

#include "impl/platform/platform.h"
#include "impl/platform/sim/sim_word.h"
#include "impl/platform/sim/world.h"

namespace lockstep::impl::sim {

// The platform of a World: see the concept Platform. Its members are for the bodies of simulated threads.
class SimPlatform {
 public:
  using Word = SimWord;

  // The kernel's list_op_pending: the innermost one counts.
  class Pending {
   public:
    Pending(SimPlatform platform, const SimWord& word) : world_(*platform.world_), outer_(world_.set_pending(&word)) {}
    ~Pending() { world_.set_pending(outer_); }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

   private:
    World& world_;
    const SimWord* outer_;
  };

  explicit SimPlatform(World& world) : world_(&world) {}

  [[nodiscard]] Wake wait(const SimWord& word, std::uint32_t expected, std::int64_t deadline_ns) const {
    return world_->sleep(word, expected, deadline_ns);
  }
  int wake(const SimWord& word, int count) const { return world_->wake(word, count); }
  [[nodiscard]] std::int64_t now_ns() const { return world_->now_ns(); }

  [[nodiscard]] Identity self() const {
    const int thread = world_->running();
    return {.process = static_cast<std::uint64_t>(world_->process_of(thread)) + 1,
            .thread = static_cast<std::uint64_t>(thread) + 1};
  }
  [[nodiscard]] std::uint32_t here() const { return self_tag() | processor(); }
  [[nodiscard]] bool beside_me(std::uint32_t there) const {
    return there != 0 && (there & ~kProcessorMask) != self_tag() && (there & kProcessorMask) == processor();
  }
  [[nodiscard]] int spins() const { return world_->settings().spins; }
  void spun(bool /*had*/) const {}
  void pause() const {}

 private:
  static constexpr std::uint32_t kProcessorMask = 1023;

  [[nodiscard]] std::uint32_t self_tag() const { return static_cast<std::uint32_t>(self().process) << 10U; }
  [[nodiscard]] std::uint32_t processor() const {
    return static_cast<std::uint32_t>(world_->process_of(world_->running()) % world_->settings().processors);
  }

  World* world_;
};
static_assert(Platform<SimPlatform>);

}  // namespace lockstep::impl::sim
