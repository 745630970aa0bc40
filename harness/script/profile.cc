#include "harness/script/generate.h"
#include "harness/script/spelling.h"

namespace lockstep::script {
namespace {

bool is_percent(int value) { return value >= 0 && value <= 100; }

}  // namespace

Profile real_time_profile() {
  Profile profile;
  profile.steps = 12;
  profile.real_time = true;
  return profile;
}

bool is_valid(const Profile& profile) {
  return profile.steps >= 1 && profile.steps <= kStepsMax && profile.actors_min >= 1 &&
         profile.actors_min <= profile.actors_max && profile.actors_max <= kActorsMax && profile.locks_max >= 1 &&
         profile.locks_max <= 2 && (profile.lock || profile.rlock) && is_percent(profile.lifecycle_percent) &&
         is_percent(profile.edge_percent);
}

}  // namespace lockstep::script
