#pragma once

#include <string>

#include "harness/base/random.h"

namespace lockstep::fuzz {

// The mutations of a script's text, by lines and words: what results is a script more often than not, and if it is none
// it fails late. Linked into a target, script_lines.cc defines libFuzzer's LLVMFuzzerCustomMutator() with it.
[[nodiscard]] std::string mutate_script(const std::string& text, base::Random& random);

}  // namespace lockstep::fuzz
