#pragma once

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "harness/cli/verdicts.h"
#include "harness/explore/explore.h"
#include "harness/explore/simulation.h"

namespace lockstep::cli {

// A schedule worth showing: the script with its `schedule` line.
struct Witness {
  model::Script script;
  std::uint64_t schedule = 0;  // it was the n-th that was played, counted from 1
};

// What exploring one script, or many, on one subject found. Sums and maxima where there were many.
struct Explored {
  std::uint64_t scripts = 0, complete = 0;  // complete: all schedules within the bounds were played
  std::uint64_t simulated = 0;              // scripts that were played in the simulation
  std::uint64_t passed = 0, diverged_as_known = 0, inconclusive = 0;  // scripts; an unexpected divergence is none
  std::uint64_t steps = 0;                                            // of all schedules
  std::uint64_t schedules = 0, decisions = 0, behaviours = 0, left_out = 0, deadlocks = 0, exhausted = 0, depth = 0;
  std::uint8_t kinds = 0;
  std::map<std::string, std::uint64_t> known_count;  // behaviours, by expectation
  std::map<std::string, Witness> known;              // the first of each
  std::optional<Witness> unexpected;
  std::string broken;                       // what is wrong with it, where its trace need not show it: Played::broken
  std::optional<Witness> nondeterministic;  // played again, it took another course
  std::optional<Witness> deadlock;
  std::optional<Witness> starving;
  int bypasses = 0;

  void merge(const Explored& other);
};

void to_json(nlohmann::json& json, const Explored& explored);
void from_json(const nlohmann::json& json, Explored& explored);

// The carriers of one subject for exploring: the simulation, where the subject is simulated, fibers, and processes for
// what those don't support.
class Explorer {
 public:
  Explorer(const Subject& subject, int number) : subject_(subject), number_(number) {}

  [[nodiscard]] replay::Scheduled& carrier_for(const model::Script& script);

 private:
  const Subject& subject_;
  explore::Simulation simulation_;
  int number_;
  bool without_fibers_ = false;
  std::unique_ptr<processes::VirtualCarrier> fibers_;
  std::unique_ptr<replay::Scheduled> processes_;
};

// The script with the first schedule, of few preemptions, in which what Played::broken says is `broken`; nothing if
// none of a few thousand is.
[[nodiscard]] std::optional<model::Script> with_broken_schedule(Explorer& explorer, const model::Script& script,
                                                                const std::string& broken);

// What is reported of a script whose run was broken. REQUIRES: explored.broken is not empty.
[[nodiscard]] judge::Finding broken_finding(const Explored& explored);

// Explores one script; stops at the first unexpected divergence.
[[nodiscard]] Explored explore_script(replay::Scheduled& carrier, const model::Script& script,
                                      const explore::Bounds& bounds, Verdicts& verdicts);

// What was found, in lines for a person. `bounds` as they were for one script.
[[nodiscard]] std::string describe(const Explored& explored, const explore::Bounds& bounds);

// "who runs, which waiter wakes"
[[nodiscard]] std::string kinds_text(std::uint8_t kinds);

}  // namespace lockstep::cli
