#pragma once

#include <string>

#include "harness/model/script.h"

namespace lockstep::replay {

// A call without its lock, as actors read it: "acquire(True, timeout=0.5)", "release()", "with raises", "repr()".
[[nodiscard]] std::string shape(const model::Call& call);

}  // namespace lockstep::replay
