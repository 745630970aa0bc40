#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "impl/platform/sim/world.h"

namespace lockstep::impl::sim {

// A plain object that a lock protects. Two accesses by different threads, one of them a write, end the run as a race
// unless one happens before the other ([intro.races]); so what was read is what was written last. Accesses are no
// scheduling points: whether they are ordered does not depend on when they happen.
template <class T>
class SimCell {
 public:
  explicit SimCell(World& world, T initial = T()) : world_(world), initial_(initial) {}
  SimCell(const SimCell&) = delete;
  SimCell& operator=(const SimCell&) = delete;

  [[nodiscard]] T read() {
    renew();
    const View& view = world_.view();
    if (writes_ > view.clocks[writer_]) {
      world_.race("a read that no write happens before");
    }
    const auto self = static_cast<std::size_t>(world_.running());
    reads_[self] = view.clocks[self];
    return value_;
  }

  void write(T value) {
    renew();
    const View& view = world_.view();
    if (writes_ > view.clocks[writer_]) {
      world_.race("two writes, neither of which happens before the other");
    }
    for (std::size_t thread = 0; thread < kThreadsMax; ++thread) {
      if (reads_[thread] > view.clocks[thread]) {
        world_.race("a write that a read does not happen before");
      }
    }
    writer_ = static_cast<std::size_t>(world_.running());
    writes_ = view.clocks[writer_];
    value_ = value;
  }

  // What the last run left behind. REQUIRES: no run goes on.
  [[nodiscard]] T peek() {
    renew();
    return value_;
  }

 private:
  void renew() {
    if (run_ != world_.runs()) {
      run_ = world_.runs();
      value_ = initial_;
      writer_ = 0;
      writes_ = 0;
      reads_ = {};
    }
  }

  World& world_;
  T initial_;
  T value_{};
  std::uint64_t run_ = 0;
  std::size_t writer_ = 0;
  std::int32_t writes_ = 0;  // The writer's clock then.
  View::Clocks reads_{};     // Each thread's clock when it read last.
};

}  // namespace lockstep::impl::sim
