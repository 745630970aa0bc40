#pragma once

#include <optional>
#include <string>

#include "harness/model/script.h"

namespace lockstep::script {

// How many seconds of the wall a second of the script takes in a standalone program, which waits kWaitSeconds to tell
// that a call blocks: so many that no deadline passes during these waits which should not, and 1 where that will do.
// Nothing if the program would take minutes.
[[nodiscard]] std::optional<double> pace_of(const model::Script& script);

inline constexpr double kWaitSeconds = 0.5;

// The seconds of an acquire's timeout if it is one that elapses, from its spelling; else nothing.
[[nodiscard]] std::optional<double> elapsing_timeout(const std::string& spelling);

// Which argument of a call is its timeout: an index, or -1.
[[nodiscard]] int timeout_argument(const model::Call& call);

}  // namespace lockstep::script
