#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

// What a fuzz target is: one file with these functions and one property. The engine (libFuzzer, AFL++'s driver, or
// standalone_main.cc, which only replays files) calls the first two.
// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" {

// Runs one input. Ends the process, by report(), if the property does not hold for it. Returns 0, or -1 if the input
// is of no use in a corpus.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Once, before the first input. Optional.
int LLVMFuzzerInitialize(int* argc, char*** argv);
}
// NOLINTEND(readability-identifier-naming)

namespace lockstep::fuzz {

// What people call this input: a script (.lks), a history, a number. Every target defines it; `TARGET --text FILE` of a
// replaying build prints it, and regressions are kept in this form where it is a script.
[[nodiscard]] std::string text_of(std::span<const std::uint8_t> input);

}  // namespace lockstep::fuzz
