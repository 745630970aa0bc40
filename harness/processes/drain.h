#pragma once

#include <vector>

#include "harness/processes/real_run.h"

namespace lockstep::processes {

// Brings the locks of a finished run back to free by what anybody may do with a lock: those who can release do, until
// nobody is blocked any more; then each lock is taken and released once to prove it free. Processes with calls that
// can't be ended are replaced before the next script. Returns the locks that are free for the next script.
[[nodiscard]] std::vector<int> drain(RealRun& run);

}  // namespace lockstep::processes
