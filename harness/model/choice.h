#pragma once

#include <cstdint>

namespace lockstep::model {

// What may be chosen between at a point of a controlled run: a set of these, since the options of one choice may be of
// several kinds.
enum ChoiceKind : std::uint8_t {
  kRun = 1,         // which actor takes its next step
  kWaiter = 2,      // which waiter wakes
  kExpiry = 4,      // a timed wait ends before anything else happens
  kDeath = 8,       // a process dies now
  kClockStep = 16,  // the wall clock is stepped now
  kStore = 32,      // which of the stores that the memory model allows a load reads (simulation only)
  kPreempts = 128,  // all options but the first take the turn from an actor that could go on
};

}  // namespace lockstep::model
