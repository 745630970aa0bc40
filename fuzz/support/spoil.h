#pragma once

#include <cstdint>

#include "harness/model/script.h"

namespace lockstep::fuzz {

// Breaks one rule of the language (SCRIPT_FORMAT.md) in a valid script: `how` says which, `place` at which step. False,
// and then nothing is changed, if it has no step to break the rule at.
[[nodiscard]] bool spoil(model::Script& script, std::uint8_t how, std::uint8_t place);

}  // namespace lockstep::fuzz
