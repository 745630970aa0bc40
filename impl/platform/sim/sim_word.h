#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "impl/platform/sim/view.h"
#include "impl/platform/sim/world.h"

namespace lockstep::impl::sim {

// A simulated std::atomic<std::uint32_t>. Every operation is a scheduling point, and then happens at once. Operations
// are for the bodies of simulated threads; between runs there is peek().
//
// A word keeps its last kHistory stores in modification order. A load may read any of them that coherence and
// happens-before ([intro.races]) leave it, and a store goes anywhere in that order that they leave it; both are
// choices. An acquire load joins the view of the store it reads; a release store carries its thread's; a release
// sequence is the store and the read-modify-writes that follow it, as since C++20. A compare_exchange that fails is a
// load.
//
// Left out, each of them behaviour that C++ allows and a run here never shows:
//   - load buffering: nothing is read before it is written (no processor that Lockstep runs on lets a lock see that);
//   - reading, or writing behind, a store older than the last kHistory;
//   - a read-modify-write reads the newest store, never an older one behind which it would have had to fit;
//   - seq_cst orders as much as if fences stood around the operation, so mixtures with weaker ones show less. There are
//     no stand-alone fences; the locks use none.
class SimWord {
 public:
  static constexpr std::int32_t kHistory = 8;

  // Throws std::length_error if the world has kWordsMax words already. The word must not outlive its world.
  explicit SimWord(World& world, std::uint32_t initial = 0);
  ~SimWord() { world_->delist(index_); }
  SimWord(const SimWord&) = delete;
  SimWord& operator=(const SimWord&) = delete;

  [[nodiscard]] std::uint32_t load(std::memory_order order = std::memory_order_seq_cst) const;
  void store(std::uint32_t value, std::memory_order order = std::memory_order_seq_cst);
  std::uint32_t exchange(std::uint32_t value, std::memory_order order = std::memory_order_seq_cst) {
    return modify([value](std::uint32_t) { return value; }, order);
  }
  std::uint32_t fetch_add(std::uint32_t value, std::memory_order order = std::memory_order_seq_cst) {
    return modify([value](std::uint32_t old) { return old + value; }, order);
  }
  std::uint32_t fetch_sub(std::uint32_t value, std::memory_order order = std::memory_order_seq_cst) {
    return modify([value](std::uint32_t old) { return old - value; }, order);
  }
  bool compare_exchange_strong(std::uint32_t& expected, std::uint32_t desired, std::memory_order success,
                               std::memory_order failure);

  // The newest value, for the kernel and for tests between runs: no scheduling point.
  [[nodiscard]] std::uint32_t peek() const { return newest().value; }
  // What the kernel does before it puts a thread to sleep: a relaxed look at the newest value, as it holds the lock
  // that every wake takes, too.
  [[nodiscard]] std::uint32_t look() const;

  [[nodiscard]] int index() const { return index_; }
  void reset();
  // A store of the word `index` is about to get the number `place`: see View::make_room().
  void renumber(int index, std::int32_t place);

 private:
  struct Store {
    View view;
    std::uint32_t value = 0;
    bool modifies = false;  // It was a read-modify-write: nothing comes between it and the store before.
  };

  static bool acquires(std::memory_order order) {
    return order != std::memory_order_relaxed && order != std::memory_order_release;
  }
  static bool releases(std::memory_order order) {
    return order == std::memory_order_release || order == std::memory_order_acq_rel ||
           order == std::memory_order_seq_cst;
  }

  [[nodiscard]] Store& at(std::int32_t number) { return stores_[static_cast<std::uint32_t>(number) % kHistory]; }
  [[nodiscard]] const Store& at(std::int32_t number) const {
    return stores_[static_cast<std::uint32_t>(number) % kHistory];
  }
  [[nodiscard]] const Store& newest() const { return at(newest_); }
  [[nodiscard]] std::int32_t& seen() const { return world_->view().stores[static_cast<std::size_t>(index_)]; }
  // The oldest store that the running thread may read.
  [[nodiscard]] std::int32_t oldest() const;

  void before(std::memory_order order) const;
  void after(std::memory_order order) const;
  void read(std::int32_t number, std::memory_order order) const;
  [[nodiscard]] std::int32_t place();
  void append(std::uint32_t value, std::memory_order order);

  template <class Change>
  std::uint32_t modify(Change change, std::memory_order order) {
    world_->step();
    before(order);
    const std::uint32_t old = peek();
    read(newest_, order);
    append(change(old), order);
    after(order);
    return old;
  }

  World* world_;
  std::uint32_t initial_;
  int index_;
  std::int32_t newest_ = 0;
  std::array<Store, kHistory> stores_;
};

}  // namespace lockstep::impl::sim
