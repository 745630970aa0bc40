#pragma once

#include "harness/model/script.h"
#include "harness/trace/trace.h"

namespace lockstep::judge {

// What is wrong with the event whatever the others are, such as "no such step"; nullptr if nothing is.
[[nodiscard]] const char* misfit(const model::Script& script, const trace::Event& event);

}  // namespace lockstep::judge
