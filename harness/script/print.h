#pragma once

#include <string>

#include "harness/model/script.h"

namespace lockstep::script {

// The canonical text of a script, which parse() reads back as the same script. REQUIRES: validate(script) finds
// nothing.
[[nodiscard]] std::string print(const model::Script& script);

// One step without what is expected of it, as in print(): "a: L.acquire(timeout=0.5)", "kill P". An expectation on a
// line of its own is printed whole.
[[nodiscard]] std::string print_step(const model::Script& script, const model::Step& step);

// A call without its actor: "L.acquire(timeout=0.5)".
[[nodiscard]] std::string print_call(const model::Script& script, const model::Call& call);

}  // namespace lockstep::script
