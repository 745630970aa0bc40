#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "harness/script/standalone.h"

namespace lockstep::fuzz {

// One of so many, at least one.
using Choose = std::function<std::size_t(std::size_t ways)>;

// What a standalone program of the script may be asked to show: some call, and what it and others came to. Its step is
// -1 if there is no call.
[[nodiscard]] script::Setting setting_of(const model::Script& script, const Choose& choose);

// What is wrong with a program: nullptr if it holds the steps that it is to take, as text that Python reads as one.
[[nodiscard]] const char* wrong_program(const std::string& program, const model::Script& script,
                                        const script::Setting& setting);

}  // namespace lockstep::fuzz
