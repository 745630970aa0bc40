#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/cell/layout.h"
#include "harness/trace/stage.h"

namespace lockstep::processes {

// REQUIRES: the kind is one that there is.
[[nodiscard]] trace::EventKind kind_of(cell::EventKind kind);

// Whether events are some that a script can have, in this order: a call is invoked by its own actor, then blocks or
// not, then returns or not; whatever else a step comes to, it comes to once; time does not go back; one end.
class EventOrder {
 public:
  // `steps` are those of the script, as they were packed.
  EventOrder(std::span<const cell::Step> steps, int actors) : steps_(steps), actors_(actors), stages_(steps.size()) {}

  // The next event is such a one.
  [[nodiscard]] bool accepts(const cell::Event& event);

  // The end has been.
  [[nodiscard]] bool is_over() const { return over_; }

 private:
  std::span<const cell::Step> steps_;
  int actors_;
  std::vector<trace::Stage> stages_;
  std::int64_t time_ns_ = 0;
  bool over_ = false;
};

}  // namespace lockstep::processes
