#pragma once

#include "harness/cell/layout.h"

// What the cell can't hold unless somebody wrote over it. Every process of an implementation can write to all of it, so
// whoever got the baton looks before it uses what indexes, bounds a loop or is a time:
//
//   next()          looks with fault(), and asks the coordinator to give up (Request::kAdapterFailed) if there is one;
//   a step          is looked at when it is taken;
//   the shim        calls functions that look at the current script through scheduler.h, which bounds what it returns;
//   the coordinator knows the scripts that it packed: what is unpacked must fit those (harness/processes/packing.h);
//                   and it signals no process that is not below itself (harness/processes/process_tree.h).
//
// What an actor says of its own call is not looked at: that is for the judge. Nor does this guard against somebody who
// writes without the baton, while another uses what it has looked at.
namespace lockstep::cell {

// The field that is wrong, nullptr if none is.
[[nodiscard]] const char* fault(const Cell& cell);

// The same of a script alone, before it is run.
[[nodiscard]] const char* fault(const Script& script);

// The step's actors and processes exist.
[[nodiscard]] inline bool is_sound(const Step& step) {
  return step.kind <= model::StepKind::kExpectation && step.actor < kActorsMax && step.new_actor < kActorsMax &&
         step.process < kProcessesMax && step.lock < kLocksMax && step.duration_ns >= 0;
}

// Asks the coordinator to give up, because of `field`; returns kCoordinator. The first reason stays.
int refuse(Cell& cell, const char* field);

}  // namespace lockstep::cell
