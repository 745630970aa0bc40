#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/random.h"

namespace lockstep::fuzz {

// Mutates a text by lines, words and numbers; new lines and words come from the donor, another text of that language.
void mutate_text(std::string& text, const std::string& donor, base::Random& random);

// What LLVMFuzzerCustomMutator() of a target of texts does: mutate_text() mostly, and else the engine's own mutations,
// with its dictionary, if it has any.
[[nodiscard]] std::size_t mutate_text_input(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                            const std::string& donor, base::Random& random);

}  // namespace lockstep::fuzz
