#include "harness/explore/recording.h"

#include <bit>

namespace lockstep::explore {

void Recording::clear() {
  events_.clear();
  taken_.clear();
  options_.clear();
  kinds_.clear();
  runs_.clear();
}

void Recording::begin_run() {
  Run& run = runs_.emplace_back();
  run.first_event = events_.size();
  run.first_choice = taken_.size();
}

void Recording::end_run(int misfit, const char* broken, bool exhausted) {
  Run& run = runs_.back();
  run.events = events_.size() - run.first_event;
  run.choices = taken_.size() - run.first_choice;
  run.misfit = misfit;
  run.broken = broken;
  run.exhausted = exhausted;
}

// FNV-1a, word by word.
std::uint64_t Recording::behaviour(const Run& run) const {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&hash](std::uint64_t word) { hash = (hash ^ word) * 0x100000001b3; };
  for (const Event& event : events_of(run)) {
    mix(static_cast<std::uint64_t>(event.kind) << 40U | static_cast<std::uint64_t>(event.answer) << 32U |
        static_cast<std::uint64_t>(static_cast<std::uint8_t>(event.actor)) << 16U |
        static_cast<std::uint16_t>(event.step));
    mix(static_cast<std::uint64_t>(event.time_ns));
  }
  mix(std::bit_cast<std::uintptr_t>(run.broken));
  return hash;
}

std::span<const replay::Played> Recording::played() {
  played_.clear();
  for (const Run& run : runs_) {
    const auto part = [&run](const std::vector<std::uint8_t>& all) {
      return std::span(all).subspan(run.first_choice, run.choices);
    };
    played_.push_back({part(taken_), part(options_), part(kinds_), behaviour(run), run.exhausted, run.broken});
  }
  return played_;
}

trace::Trace Recording::trace(std::size_t run) const {
  const Run& told = runs_[run];
  trace::Trace trace;
  trace.events.reserve(told.events);
  for (const Event& event : events_of(told)) {
    trace.events.push_back({event.kind, event.step, event.actor, outcome_of(event.answer), event.time_ns});
  }
  trace.choices.assign(taken_.begin() + static_cast<std::ptrdiff_t>(told.first_choice),
                       taken_.begin() + static_cast<std::ptrdiff_t>(told.first_choice + told.choices));
  trace.misfit = told.misfit;
  return trace;
}

}  // namespace lockstep::explore
