#pragma once

#include "harness/model/script.h"

namespace lockstep::script {

// The same script with all its pauses and timeouts shortened by one factor, so that the pauses take `seconds` at most;
// as it is if they take no longer. For real time, where somebody waits for it.
[[nodiscard]] model::Script hurried(const model::Script& script, double seconds);

}  // namespace lockstep::script
