#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/support/plan.h"
#include "harness/base/random.h"
#include "harness/cell/layout.h"

namespace lockstep::fuzz {

// What somebody does to a cell who has no business to. One byte string is a list of these and a plan:
//
//   byte 0     how many, n, at most kCorruptionsMax
//   5n bytes   when, what, where (2), value
//   the rest   the plan
struct Corruption {
  std::uint8_t when = 0;    // after so many hand-overs
  std::uint8_t what = 0;    // a field, or a piece of the cell
  std::uint16_t where = 0;  // in that field, or piece
  std::uint8_t value = 0;   // an index into a table of interesting ones, or itself
};

inline constexpr std::size_t kCorruptionsMax = 8;
// From here on `what` is a deed of a real process (hostile_host.cc); where there are none, it is a field as well.
inline constexpr std::uint8_t kFirstDeed = 192;

struct HostilePlan {
  std::vector<Corruption> corruptions;
  Plan plan;
};

[[nodiscard]] HostilePlan decode_hostile(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::vector<std::uint8_t> encode_hostile(const HostilePlan& hostile);

void mutate(HostilePlan& hostile, base::Random& random);

// Writes over the cell.
void corrupt(cell::Cell& cell, const Corruption& corruption);

}  // namespace lockstep::fuzz
