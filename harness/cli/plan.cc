#include "harness/cli/plan.h"

#include <cstdio>

namespace lockstep::cli {

base::Result<Shard> parse_shard(const std::string& text) {
  unsigned long long index = 0, count = 0;
  int read = 0;
  if (std::sscanf(text.c_str(), "%llu/%llu%n", &index, &count, &read) != 2 ||
      static_cast<std::size_t>(read) != text.size() || index < 1 || index > count) {
    return base::InputError{"", 0, 0, "--shard " + text + ": expected i/n with 1 <= i <= n, such as 2/8"};
  }
  return Shard{index - 1, count};
}

std::vector<Group> groups_of(const std::vector<Subject>& subjects) {
  std::vector<Group> groups;
  for (std::size_t index = 0; index < subjects.size(); ++index) {
    if (!subjects[index].runs()) {
      continue;
    }
    const script::Profile profile = profile_of(subjects[index]);
    Group* group = nullptr;
    for (Group& known : groups) {
      group = known.profile == profile && known.time == subjects[index].time ? &known : group;
    }
    if (group == nullptr) {
      group = &groups.emplace_back(Group{profile, subjects[index].time, {}});
    }
    group->subjects.push_back(index);
  }
  return groups;
}

}  // namespace lockstep::cli
