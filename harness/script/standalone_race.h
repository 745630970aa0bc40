#pragma once

#include <string>

#include "harness/script/standalone.h"

namespace lockstep::script {

// Whether the script holds a race and, but for expectations, nothing beside calls.
[[nodiscard]] bool is_race_of_calls(const model::Script& script);

// The step that begins the race which this step is in, itself included; -1 if it is in none. `end` is in none.
[[nodiscard]] int race_of(const model::Script& script, int step);

// A program that makes the calls of the script over and over, those of a race at once, until they come to what they
// were seen to come to. REQUIRES: is_race_of_calls(script); setting.seen holds setting.step, in the order of the steps.
[[nodiscard]] std::string race_program(const model::Script& script, const Setting& setting);

}  // namespace lockstep::script
