#pragma once

#include <string>

#include "harness/model/script.h"

namespace lockstep::replay {

// A call without its lock, as actors read it: "acquire(True, timeout=0.5)", "release()", "with raises", "repr()".
[[nodiscard]] std::string shape(const model::Call& call);

// The same in the place of what `text` was: without an allocation, if it has room.
void write_shape(const model::Call& call, std::string& text);

}  // namespace lockstep::replay
