#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "harness/cli/verdicts.h"

namespace lockstep::cli {

// A script of a group on which a subject diverged. The group's profile, the seed and the index give the script again.
struct Example {
  std::size_t group = 0;
  std::uint64_t index = 0;
  std::string clause, expected, observed;
};

struct KnownDivergence {
  std::uint64_t occurrences = 0;
  Example first;  // the one of the lowest index: the same in every run of the seed
};

// What a campaign found out about one subject.
struct Tally {
  std::uint64_t scripts = 0, steps = 0;
  std::uint64_t passed = 0, known = 0, unexpected = 0, inconclusive = 0;
  std::map<std::string, KnownDivergence> by_expectation;
  std::vector<Example> examples;  // unexpected ones, by index; one a clause, expected and observed outcome
  std::string inconclusive_reason;
  std::string failure;  // why it could not go on
  int bypass_max = -1;  // of exploring: how often a waiting actor was bypassed at most; -1: not looked at

  void add(const Judged& judged, std::size_t steps_taken, const Example& example);
  void merge(const Tally& other);
};

void to_json(nlohmann::json& json, const Tally& tally);
void from_json(const nlohmann::json& json, Tally& tally);

}  // namespace lockstep::cli
