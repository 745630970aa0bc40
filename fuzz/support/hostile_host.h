#pragma once

#include "fuzz/support/hostility.h"

namespace lockstep::fuzz {

// The life of an implementation's host, and of the processes that it starts, which play their calls well and do, when
// the time has come, what the list says: they write over the cell or misbehave. Does not return.
[[noreturn]] void live_as_host(cell::Cell& cell, const std::vector<Corruption>& deeds);

}  // namespace lockstep::fuzz
