#include "impl/platform/sim/sim_word.h"

#include <algorithm>

namespace lockstep::impl::sim {

SimWord::SimWord(World& world, std::uint32_t initial) : world_(&world), initial_(initial), index_(world.enlist(*this)) {
  reset();
}

void SimWord::reset() {
  newest_ = 0;
  stores_[0] = Store{.view = {}, .value = initial_, .modifies = false};
}

void SimWord::renumber(int index, std::int32_t place) {
  for (std::int32_t number = std::max(0, newest_ - kHistory + 1); number <= newest_; ++number) {
    at(number).view.make_room(static_cast<std::size_t>(index), place);
  }
}

std::int32_t SimWord::oldest() const {
  return world_->settings().weak_memory ? std::max({seen(), newest_ - kHistory + 1, 0}) : newest_;
}

void SimWord::before(std::memory_order order) const {
  if (order == std::memory_order_seq_cst) {
    View::join(world_->view().stores, world_->sequential());
  }
}

void SimWord::after(std::memory_order order) const {
  if (order == std::memory_order_seq_cst) {
    // The order of seq_cst operations is no happens-before: it hands on what may be read, and no clocks.
    View::join(world_->sequential(), world_->view().stores);
  }
}

void SimWord::read(std::int32_t number, std::memory_order order) const {
  seen() = std::max(seen(), number);
  if (acquires(order)) {
    world_->view().join(at(number).view);
  }
}

std::uint32_t SimWord::load(std::memory_order order) const {
  world_->step();
  before(order);
  const auto count = static_cast<std::uint32_t>(newest_ - oldest() + 1);
  const std::int32_t number = newest_ - static_cast<std::int32_t>(world_->choose(Decision::Kind::kRead, count));
  read(number, order);
  after(order);
  return at(number).value;
}

std::uint32_t SimWord::look() const {
  seen() = newest_;
  return peek();
}

bool SimWord::compare_exchange_strong(std::uint32_t& expected, std::uint32_t desired, std::memory_order success,
                                      std::memory_order failure) {
  world_->step();
  before(success);
  // Those it may read: the newest store, and older ones that make it fail.
  std::array<std::int32_t, kHistory> readable{};
  std::uint32_t count = 0;
  const std::int32_t last = oldest();
  for (std::int32_t number = newest_; number >= last; --number) {
    if (number == newest_ || at(number).value != expected) {
      readable[count++] = number;
    }
  }
  const std::int32_t number = readable[world_->choose(Decision::Kind::kRead, count)];
  const bool equal = at(number).value == expected;
  expected = at(number).value;
  read(number, equal ? success : failure);
  if (equal) {
    append(desired, success);
  }
  after(equal ? success : failure);
  return equal;
}

void SimWord::store(std::uint32_t value, std::memory_order order) {
  world_->step();
  before(order);
  const std::int32_t number = place();
  if (number <= newest_) {
    world_->renumber(index_, number);
    for (std::int32_t later = newest_; later >= number; --later) {
      at(later + 1) = at(later);
    }
  }
  ++newest_;
  seen() = number;
  Store& made = at(number);
  made.value = value;
  made.modifies = false;
  made.view = {};
  if (releases(order)) {
    made.view = world_->view();
    world_->tick();
  }
  after(order);
}

// The number that a store gets: after all that the thread has seen, and not between a read-modify-write and what that
// has read.
std::int32_t SimWord::place() {
  std::array<std::int32_t, kHistory> places{newest_ + 1};
  std::uint32_t count = 1;
  const std::int32_t last = oldest();
  for (std::int32_t number = newest_; number > last; --number) {
    if (!at(number).modifies) {
      places[count++] = number;
    }
  }
  return places[world_->choose(Decision::Kind::kPlace, count)];
}

// The store of a read-modify-write: it goes on with the release sequence of the newest store.
void SimWord::append(std::uint32_t value, std::memory_order order) {
  const Store& previous = newest();
  Store& made = at(++newest_);
  seen() = newest_;
  made.value = value;
  made.modifies = true;
  made.view = previous.view;
  if (releases(order)) {
    made.view.join(world_->view());
    world_->tick();
  }
}

}  // namespace lockstep::impl::sim
