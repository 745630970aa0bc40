#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "harness/replay/schedules.h"

namespace lockstep::explore {

enum class Strategy : std::uint8_t { kRandom, kPct, kExhaustive };

struct Bounds {
  Strategy strategy = Strategy::kExhaustive;
  int preemptions = -1;        // exhaustive: at most that many in a schedule; -1: any number
  int stale = 1;               // exhaustive: so many reads and writes may be other than in sequential order; -1: any
  std::uint8_t pct_depth = 3;  // PCT: finds a bug of that depth with the probability that the paper guarantees
  std::uint64_t seed = 1;      // of random and PCT
  std::uint64_t schedules_max = UINT64_MAX;
  double seconds = 1e9;
};

// A run that came to a behaviour which no earlier run had shown.
struct Behaviour {
  const replay::Played& played;
  std::function<trace::Trace()> trace;
  std::uint64_t schedule = 0;  // it was the n-th run
};

enum class Verdict : std::uint8_t { kGoOn, kStop };

struct Exploration {
  std::uint64_t schedules = 0;   // played, no two alike if the search was exhaustive
  std::uint64_t decisions = 0;   // nodes of the tree of choices: places of different pasts at which one was made
  std::uint64_t behaviours = 0;  // different traces
  std::uint64_t left_out = 0;    // branches that would have needed more preemptions, or stale reads, than allowed
  std::size_t depth = 0;         // choices in the longest schedule
  std::uint8_t kinds = 0;        // of choices that came up: a set of model::ChoiceKind
  bool complete = false;         // every schedule within the bound was played
  bool stopped = false;          // by a visitor
  // A schedule that took another course when it was played again.
  std::optional<std::vector<std::uint8_t>> nondeterministic;
  bool exhausted = false;  // some race did not come to its end (model::kDecisionsMax)
};

// Plays a script by many schedules and shows every new behaviour once.
//
// Exhaustive search is stateless: it runs a prefix of choices and then always takes the first option; each place behind
// the prefix where there was more than one gives new prefixes (Godefroid, "Model checking for programming languages
// using VeriSoft", POPL 1997), so every schedule is played exactly once. Schedules with few preemptions show most bugs
// (Musuvathi, Qadeer, "Iterative context bounding for systematic testing of multithreaded programs", PLDI 2007).
//
// Throws what the carrier throws.
[[nodiscard]] Exploration explore(replay::Scheduled& carrier, const model::Script& script, const Bounds& bounds,
                                  const std::function<Verdict(const Behaviour&)>& visit);

// The seed of the number-th schedule of a random search.
[[nodiscard]] std::uint64_t schedule_seed(std::uint64_t seed, std::uint64_t number);

// How often a schedule takes the turn from an actor that could have gone on.
[[nodiscard]] int preemptions_of(const replay::Played& played, std::size_t choices);

// How often it reads a store that is not the newest, or puts one behind an older one.
[[nodiscard]] int stale_of(const replay::Played& played, std::size_t choices);

}  // namespace lockstep::explore
