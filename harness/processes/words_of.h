#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "harness/cell/layout.h"
#include "harness/replay/carrier.h"

// What the coordinator is told through the cell, bounded whatever the cell holds (harness/cell/faults.h).
namespace lockstep::processes {

// What is thrown when a field of the cell has a value that it can't have.
[[nodiscard]] replay::AdapterError written_over(const char* field);

// A party of a script's that the cell names. Throws AdapterError if there is none of that number.
[[nodiscard]] int named_party(std::uint32_t party);

// A text of the cell, up to the end of its place.
template <std::size_t kSize>
[[nodiscard]] std::string text_at(const char (&place)[kSize]) {
  return {place, strnlen(place, kSize)};
}

// What the party's last call came to.
[[nodiscard]] std::string text_of(const cell::Party& party);

// Why somebody asked the coordinator to give up.
[[nodiscard]] std::string failure_of(const cell::Cell& cell);

}  // namespace lockstep::processes
