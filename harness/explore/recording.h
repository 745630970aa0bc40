#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/explore/simulated_call.h"
#include "harness/replay/schedules.h"
#include "harness/trace/trace.h"

namespace lockstep::explore {

// What the runs of a batch did and chose, packed.
class Recording {
 public:
  void clear();
  void begin_run();
  void event(trace::EventKind kind, std::size_t step, int actor, std::int64_t time_ns, Answer answer = Answer::kNone) {
    events_.push_back({time_ns, static_cast<std::int16_t>(step), static_cast<std::int8_t>(actor), kind, answer});
  }
  void choice(std::uint8_t taken, std::uint8_t options, std::uint8_t kinds) {
    taken_.push_back(taken);
    options_.push_back(options);
    kinds_.push_back(kinds);
  }
  // misfit: see Trace. `broken` and `exhausted`: see Played.
  void end_run(int misfit, const char* broken, bool exhausted);

  // Of all runs; lives until the next clear().
  [[nodiscard]] std::span<const replay::Played> played();
  [[nodiscard]] trace::Trace trace(std::size_t run) const;

 private:
  struct Event {
    std::int64_t time_ns;
    std::int16_t step;
    std::int8_t actor;
    trace::EventKind kind;
    Answer answer;
  };
  struct Run {
    std::size_t first_event = 0, events = 0, first_choice = 0, choices = 0;
    int misfit = -1;
    const char* broken = nullptr;
    bool exhausted = false;
  };

  [[nodiscard]] std::span<const Event> events_of(const Run& run) const {
    return std::span(events_).subspan(run.first_event, run.events);
  }
  [[nodiscard]] std::uint64_t behaviour(const Run& run) const;

  std::vector<Event> events_;
  std::vector<std::uint8_t> taken_, options_, kinds_;
  std::vector<Run> runs_;
  std::vector<replay::Played> played_;
};

}  // namespace lockstep::explore
