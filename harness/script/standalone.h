#pragma once

#include <string>
#include <vector>

#include "harness/model/script.h"

namespace lockstep::script {

// What a call had come to when a divergence was seen.
struct SeenCall {
  int step = 0;
  std::string outcome;          // as to_string() writes it; empty: it was under way, and no matter what it came to
  bool blocked = false;         // it had not returned when the next step, or race, began
  std::vector<int> after = {};  // calls of the same race that had returned when it began
  bool operator==(const SeenCall&) const = default;
};

// What a standalone program shows, and against what.
struct Setting {
  std::string module = "multiprocessing";  // an importable name, or the path of a .py file
  std::string start_method = "fork";
  int step = 0;          // the index of the call whose outcome diverges
  int moment = -1;       // the outcome is looked at after this step; -1: after the last one
  std::string expected;  // outcomes as to_string() writes them, joined by " or "
  std::string observed;
  // For a script with a race, whose calls have no expected outcomes each by itself: all calls that had begun, in the
  // order of their steps.
  std::vector<SeenCall> seen = {};
};

// Either a program, or the reason why none can show it.
struct Standalone {
  std::string program;
  std::string reason;
};

// A Python program, for 3.8 and later, that repeats the script with real processes and threads and no part of Lockstep,
// prints the outcome of each step, and exits with 1 if the outcome of the one step is none of the expected ones. It
// tells blocked calls by waiting; times of the script are stretched or shortened so that this keeps their order.
//
// A race and calls become a loop of many attempts, in which the calls of the race begin at once and after random
// delays; it ends when the seen outcomes, all together, have come again often enough to tell their rate, or after a
// minute. A schedule is dropped: it forces what the loop hits by chance. A script that does other things besides its
// race is played over and over.
//
// REQUIRES: a valid script; setting.step and those of setting.seen are calls of it.
[[nodiscard]] Standalone standalone(const model::Script& script, const Setting& setting);

}  // namespace lockstep::script
