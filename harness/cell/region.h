#pragma once

#include <cstdint>

#include "harness/cell/layout.h"

namespace lockstep::cell {

// Cells of one coordinator lie side by side from here on; an address that neither the kernel nor a sanitizer uses.
constexpr std::uintptr_t kFirstAddress = 0x510000000000;
constexpr std::uintptr_t kAddressStride = 0x10000000;
static_assert(sizeof(Cell) < kAddressStride);

// Maps the cell behind `path` at `address`. nullptr with errno set if that fails, or if it is not a cell of this
// version.
[[nodiscard]] Cell* map(const char* path, std::uintptr_t address);

// The calling process made the cell itself: from_environment() returns it from now on.
void adopt(Cell& cell);

// The cell that the environment names, mapped if it is not yet; nullptr if it names none or it cannot be mapped.
[[nodiscard]] Cell* from_environment();

}  // namespace lockstep::cell
