#include "harness/cli/campaign.h"

#include <nlohmann/json.hpp>

#include "harness/base/random.h"
#include "harness/cli/clock.h"
#include "harness/cli/worker.h"
#include "harness/processes/family.h"

namespace lockstep::cli {

std::uint64_t choice_seed(std::uint64_t seed, std::uint64_t index) {
  // Never 0, which stands for the plain order of wake-ups.
  return base::Random(seed ^ (index * 0x9e3779b97f4a7c15ULL)).next() | 1U;
}

std::uint64_t replays_planned(const std::vector<Subject>& subjects, const Plan& plan) {
  std::uint64_t planned = 0;
  for (const Group& group : groups_of(subjects, plan)) {
    planned += group.scripts * group.subjects.size();
  }
  return planned;
}

CampaignResult run_campaign(const std::vector<Subject>& subjects, const Plan& plan, const Home& home,
                            const std::function<void(processes::Progress&)>& tick) {
  const double begun_s = monotonic_s();
  CampaignResult result;
  result.coverage = Coverage(spec::Edition{subjects.front().minor});
  result.tallies.resize(subjects.size());
  const auto work = [&](int number, processes::Progress& progress) {
    return Worker(subjects, plan, home, number, progress).run();
  };
  for (const processes::WorkerResult& part : processes::run_workers(plan.jobs, work, tick)) {
    if (!part.error.empty()) {
      result.errors.push_back(part.error);
      continue;
    }
    const auto json = nlohmann::json::parse(part.output);
    const auto tallies = json.at("tallies").get<std::vector<Tally>>();
    for (std::size_t subject = 0; subject < tallies.size(); ++subject) {
      result.tallies[subject].merge(tallies[subject]);
    }
    result.coverage.merge(json.at("coverage").get<Coverage>());
    result.interrupted = result.interrupted || json.at("interrupted").get<bool>();
  }
  result.interrupted = result.interrupted || processes::interrupted();
  result.seconds = monotonic_s() - begun_s;
  for (std::size_t subject = 0; subject < subjects.size(); ++subject) {
    result.replays += result.tallies[subject].scripts;
    result.steps += result.tallies[subject].steps;
    result.pairs += subjects[subject].reference ? 0 : result.tallies[subject].scripts;
  }
  return result;
}

}  // namespace lockstep::cli
