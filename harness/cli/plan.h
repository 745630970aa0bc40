#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/subject.h"

namespace lockstep::cli {

// Which scripts of a campaign this run takes: those whose index is `index` modulo `count`.
struct Shard {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
};

// "2/8" is the second of eight.
[[nodiscard]] base::Result<Shard> parse_shard(const std::string& text);

struct Plan {
  std::uint64_t seed = 0;
  std::uint64_t virtual_scripts = 0;    // per subject in virtual time
  std::uint64_t lifecycle_scripts = 0;  // the same, of scripts that kill, fork, start and end processes and threads
  std::uint64_t real_scripts = 0;       // per subject in real time
  double seconds = 60;                  // after which no new scripts are begun, shared out over the parts
  int jobs = 1;
  bool fail_fast = false;
  Shard shard;
  spec::Level plug_in_level = spec::Level::kShould;
  std::string expectations;  // a file; empty: the folder's file for each implementation
};

// Subjects that are given the same scripts: one profile, one clock.
struct Group {
  script::Profile profile;
  Time time = Time::kVirtual;
  std::uint64_t scripts = 0;
  std::uint64_t block = 1;            // scripts that a worker takes at once
  double until = 1;                   // the part of the plan's time after which the next group's begins
  std::vector<std::size_t> subjects;  // indices into the run's subjects
};

// In the order in which they are run: virtual time first, in it the scripts that start and end nothing first, which are
// a hundred times as fast as those that do. Last those that concern the reference alone.
[[nodiscard]] std::vector<Group> groups_of(const std::vector<Subject>& subjects, const Plan& plan);

[[nodiscard]] bool is_reference_only(const Group& group, const std::vector<Subject>& subjects);

}  // namespace lockstep::cli
