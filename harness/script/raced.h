#pragma once

#include "harness/model/script.h"

namespace lockstep::script {

// Whether the script has a `race`.
[[nodiscard]] bool has_race(const model::Script& script);

// The script with as much of it as possible issued together: each longest run of calls, kills and clock steps in which
// more than one actor makes calls becomes a race, without expectations. A script that has races already stays as it is.
[[nodiscard]] model::Script raced(const model::Script& script);

}  // namespace lockstep::script
