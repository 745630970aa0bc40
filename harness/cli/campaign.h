#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/cli/coverage.h"
#include "harness/cli/plan.h"
#include "harness/cli/tally.h"
#include "harness/processes/workers.h"

namespace lockstep::cli {

struct CampaignResult {
  std::vector<Tally> tallies;  // one a subject
  Coverage coverage;           // of the scripts in virtual time
  double seconds = 0;
  std::uint64_t replays = 0, pairs = 0, steps = 0;
  std::vector<std::string> errors;
  bool interrupted = false;
};

// Replays the scripts of the plan against every subject that runs and judges each trace. Script i of the seed is the
// same for all subjects of a group, in every run. A subject with an unexpected divergence is given no new scripts: what
// it needs now is a closer look (investigation.h).
[[nodiscard]] CampaignResult run_campaign(const std::vector<Subject>& subjects, const Plan& plan, const Home& home,
                                          const std::function<void(processes::Progress&)>& tick);

// How many scripts the campaign will replay if nothing stops it.
[[nodiscard]] std::uint64_t replays_planned(const std::vector<Subject>& subjects, const Plan& plan);

// The choices of a generated script are seeded with its index, so that a token says all.
[[nodiscard]] std::uint64_t choice_seed(std::uint64_t seed, std::uint64_t index);

}  // namespace lockstep::cli
