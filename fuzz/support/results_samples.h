#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/base/random.h"

namespace lockstep::fuzz {

// Which of our readers a document is for.
enum class Reader : std::uint8_t { kToken, kExpectations, kCondition, kListing };

inline constexpr unsigned kReaders = 5;

// An input of fuzz_results: a byte that says which reader, then what it reads. One more byte stands for a token whose
// payload follows as it is: the token around it has the right checksum, which no mutation of a token would hit.
struct Document {
  Reader reader = Reader::kToken;
  std::string text;
};

[[nodiscard]] Document document_of(std::span<const std::uint8_t> input);

// A sound document for that reader, such that mutations begin with something sensible.
[[nodiscard]] std::string sample_of(std::uint8_t reader, base::Random& random);

}  // namespace lockstep::fuzz
