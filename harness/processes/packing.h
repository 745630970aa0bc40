#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/cell/layout.h"
#include "harness/replay/schedules.h"

namespace lockstep::processes {

// Writes scripts into a cell and reads their traces out of it.
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
  void pack_script(const model::Script& script, cell::Script& packed);

  cell::Cell& cell_;
  std::unordered_map<std::string, std::uint16_t> shapes_;
  std::string text_;  // of the last shape: kept for its memory
};

// The lock that stands for the script's lock `index`: the n-th Lock of the script is the n-th Lock of the pool.
[[nodiscard]] int pool_lock(const model::Script& script, int index);

// The thread of its process that an actor is: 0 is the main thread.
[[nodiscard]] int thread_of(const model::Script& script, int actor);

}  // namespace lockstep::processes
