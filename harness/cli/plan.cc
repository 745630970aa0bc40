#include "harness/cli/plan.h"

#include <algorithm>
#include <cstdio>

namespace lockstep::cli {
namespace {

constexpr double kVirtualShare = 0.6;  // of the time, when there are scripts in real time too
constexpr double kPlainShare = 0.5;    // of virtual time's
constexpr double kOthersShare = 0.8;   // when the reference has scripts of its own as well
constexpr int kRealLifecyclePercent = 2;

}  // namespace

base::Result<Shard> parse_shard(const std::string& text) {
  unsigned long long index = 0, count = 0;
  int read = 0;
  if (std::sscanf(text.c_str(), "%llu/%llu%n", &index, &count, &read) != 2 ||
      static_cast<std::size_t>(read) != text.size() || index < 1 || index > count) {
    return base::InputError{"", 0, 0, "--shard " + text + ": expected i/n with 1 <= i <= n, such as 2/8"};
  }
  return Shard{index - 1, count};
}

std::vector<Group> groups_of(const std::vector<Subject>& subjects, const Plan& plan) {
  std::vector<Group> groups;
  const bool any_real_time = std::any_of(subjects.begin(), subjects.end(), [](const Subject& subject) {
    return subject.runs() && subject.time == Time::kReal;
  });
  const double virtual_share = any_real_time ? kVirtualShare : 1.0;
  const auto add_all = [&](Time time, int lifecycle_percent, const Group& pattern) {
    for (std::size_t index = 0; index < subjects.size(); ++index) {
      if (!subjects[index].runs() || subjects[index].time != time) {
        continue;
      }
      Group wanted = pattern;
      wanted.time = time;
      wanted.profile = profile_of(subjects[index]);
      wanted.profile.lifecycle_percent = lifecycle_percent;
      auto known = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
        return group.time == time && group.profile == wanted.profile;
      });
      if (known == groups.end()) {
        known = groups.insert(groups.end(), wanted);
      }
      known->subjects.push_back(index);
    }
  };
  add_all(Time::kVirtual, 0, {{}, {}, plan.virtual_scripts, 128, virtual_share * kPlainShare, {}});
  add_all(Time::kVirtual, 100, {{}, {}, plan.lifecycle_scripts, 4, virtual_share, {}});
  add_all(Time::kReal, kRealLifecyclePercent, {{}, {}, plan.real_scripts, 4, 1.0, {}});
  // The reference alone is of interest only once nothing else diverges.
  const auto reference_only = std::stable_partition(
      groups.begin(), groups.end(), [&](const Group& group) { return !is_reference_only(group, subjects); });
  if (reference_only != groups.begin() && reference_only != groups.end()) {
    for (auto group = groups.begin(); group != groups.end(); ++group) {
      group->until = group < reference_only ? kOthersShare : 1.0;
    }
  }
  return groups;
}

bool is_reference_only(const Group& group, const std::vector<Subject>& subjects) {
  return std::all_of(group.subjects.begin(), group.subjects.end(),
                     [&](std::size_t subject) { return subjects[subject].reference; });
}

}  // namespace lockstep::cli
