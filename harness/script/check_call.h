#pragma once

#include <cstddef>
#include <string>

#include "harness/model/script.h"

namespace lockstep::script {

// What is wrong with a call, as StepRules::check; empty if nothing is. Which arguments a call should have is no matter
// of the language: scripts ask what a lock says to wrong ones. They must be such that Python would compile them.
[[nodiscard]] std::string check_call(const model::Call& call, std::size_t locks);

// What is wrong with an expectation, in a script that has started so many actors.
[[nodiscard]] std::string check_expectation(const model::Expectation& expectation, int actors);

}  // namespace lockstep::script
