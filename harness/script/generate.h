#pragma once

#include <cstdint>

#include "harness/model/script.h"

namespace lockstep::script {

// What kind of scripts a campaign wants.
struct Profile {
  int steps = 20;  // at most; a script whose actors are all blocked for good ends there
  int actors_min = 2;
  int actors_max = 4;  // 3 is the most frequent number in between
  int locks_max = 2;   // 1 or 2
  bool lock = true;    // which kinds of locks; at least one of them
  bool rlock = true;
  bool real_time = false;      // timeouts and pauses of 1 to 20 ms, none that ends just when another does
  bool races = false;          // `race` blocks
  bool edition_edges = false;  // what differs from one edition of Python to another: odd `block` arguments, locked()
  bool reprs = false;          // repr(L), whose text names processes and threads
  int lifecycle_percent = 1;   // of the scripts: may kill, stop, signal, fork, start and end processes and threads
  int edge_percent = 5;        // of the scripts: have timeouts such as nan, 1e20, 10**400 and "x"
  bool operator==(const Profile&) const = default;
};

// The profile of scripts for real time: shorter ones.
[[nodiscard]] Profile real_time_profile();

// Whether generate() can serve the profile: 1 <= steps <= 1000, 1 <= actors_min <= actors_max <= 8, and so on.
[[nodiscard]] bool is_valid(const Profile& profile);

// Script `index` of the campaign with this seed: a function of its arguments alone, the same on every machine and, for
// one version of the tokens (token.h), for ever. Valid (validate.h), without a comment, clauses or expectations.
//
// Each script allows a random part of the kinds of steps, with random weights: swarm testing (Groce, Zhang, Eide, Chen,
// Regehr, ISSTA 2012). A rough model of who holds what steers it to waits for held locks, and to timeouts that pauses
// and releases bring to an end. REQUIRES: is_valid(profile).
[[nodiscard]] model::Script generate(const Profile& profile, std::uint64_t seed, std::uint64_t index);

}  // namespace lockstep::script
