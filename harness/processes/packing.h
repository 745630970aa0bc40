#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/cell/layout.h"
#include "harness/replay/schedules.h"

namespace lockstep::processes {

// Writes scripts into a cell and reads their traces out of it. What it reads must be events of the scripts that it
// wrote and outcomes that there are, or it throws AdapterError: others can write to the cell (harness/cell/faults.h).
class Packer {
 public:
  explicit Packer(cell::Cell& cell) : cell_(cell) { cell_.shapes_generation = 1; }

  // Packs as many items as fit, at least one; returns how many. REQUIRES: every script is valid and within the limits
  // of harness/script.
  std::size_t pack(std::span<const replay::Item> items);

  // Puts one script into the cell once for each schedule. REQUIRES: what Scheduled::play() does.
  void pack(const model::Script& script, std::span<const replay::Schedule> schedules);

  // What run `index` of them chose.
  [[nodiscard]] replay::Played played(std::size_t index) const;

  // The number of a call's text in the cell's table.
  std::uint16_t shape(const model::Call& call);

  [[nodiscard]] trace::Trace unpack(std::size_t index) const;

 private:
  void begin();
  struct Size {
    std::uint32_t first_step, steps;
    int actors;
  };

  void pack_script(const model::Script& script, cell::Script& packed);
  [[nodiscard]] cell::Script ran(std::size_t index) const;
  [[nodiscard]] std::string_view text_of(const cell::Event& event) const;

  cell::Cell& cell_;
  std::vector<Size> sizes_;        // of the scripts packed, which the cell may no longer hold
  std::vector<cell::Step> steps_;  // likewise
  std::unordered_map<std::string, std::uint16_t> shapes_;
  std::string text_;  // of the last shape: kept for its memory
};

// The lock that stands for the script's lock `index`: the n-th Lock of the script is the n-th Lock of the pool.
[[nodiscard]] int pool_lock(const model::Script& script, int index);

// The thread of its process that an actor is: 0 is the main thread.
[[nodiscard]] int thread_of(const model::Script& script, int actor);

}  // namespace lockstep::processes
