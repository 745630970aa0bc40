#pragma once

#include <string>

#include "harness/model/script.h"

namespace lockstep::script {

// What a standalone program shows, and against what.
struct Setting {
  std::string module = "multiprocessing";  // an importable name, or the path of a .py file
  std::string start_method = "fork";
  int step = 0;          // the index of the call whose outcome diverges
  int moment = -1;       // the outcome is looked at after this step; -1: after the last one
  std::string expected;  // outcomes as to_string() writes them, joined by " or "
  std::string observed;
};

// Either a program, or the reason why none can show it.
struct Standalone {
  std::string program;
  std::string reason;
};

// A Python program, for 3.8 and later, that repeats the script with real processes and threads and no part of Lockstep,
// prints the outcome of each step, and exits with 1 if the outcome of the one step is none of the expected ones. It
// tells blocked calls by waiting; times of the script are stretched or shortened so that this keeps their order. A
// script with a race is played over and over, until the divergence shows. REQUIRES: a valid script; setting.step is a
// call of it.
[[nodiscard]] Standalone standalone(const model::Script& script, const Setting& setting);

}  // namespace lockstep::script
