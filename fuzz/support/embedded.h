#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "fuzz/support/interpreter.h"
#include "harness/processes/packing.h"

namespace lockstep::fuzz {

// The reference's locks, by fibers of this thread. See embed() for what it requires.
[[nodiscard]] std::unique_ptr<actors::Fibers> embed_reference(cell::Cell& cell);

// Lets the fibers play the cell's script of that number, which stands after those that were played.
void play_in_fibers(cell::Cell& cell, actors::Fibers& fibers, std::uint32_t script);

// Scripts in which every actor of every layout makes every call: what the interpreter keeps of calls for ever, it has
// when they were played.
void for_every_call(const std::function<void(const model::Script&)>& play);

// The reference and CPython's own locks, both in fibers of this thread, over one cell. A script is written into it once
// and played by each, so that the events of both can be compared as they stand.
class Embedded {
 public:
  enum Side : std::uint32_t { kReference, kCpython };

  // Starts the interpreter. There can be one in a process.
  Embedded();

  // Plays the script by both, with the choices of its schedule. Returns whether they did the same.
  // REQUIRES: calls, races, pauses and steps of the clock only.
  bool play(const model::Script& script);

  [[nodiscard]] trace::Trace trace_of(Side side) const { return packer_.unpack(side); }

  // The choices that it made.
  [[nodiscard]] std::span<const std::uint8_t> taken(Side side) const { return packer_.played(side).taken; }

  // A race of it was given up: it shows nothing.
  [[nodiscard]] bool exhausted() const;

 private:
  [[nodiscard]] std::span<const cell::Event> events(Side side) const;

  std::unique_ptr<cell::Cell> cell_;
  processes::Packer packer_;
  std::unique_ptr<actors::Fibers> reference_;
  std::unique_ptr<actors::Fibers> cpython_;
  replay::Schedule schedules_[2];
};

}  // namespace lockstep::fuzz
