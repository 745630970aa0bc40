#include "harness/script/times.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <iterator>

#include "harness/base/check.h"

namespace lockstep::script {
namespace {

constexpr std::int64_t kSecond = 1000 * kMillisecond;
constexpr std::array<std::int64_t, 16> kTimes = {
    kMillisecond,       2 * kMillisecond,   5 * kMillisecond,   10 * kMillisecond, 20 * kMillisecond, 50 * kMillisecond,
    100 * kMillisecond, 250 * kMillisecond, 500 * kMillisecond, kSecond,           2 * kSecond,       5 * kSecond,
    10 * kSecond,       60 * kSecond,       600 * kSecond,      3600 * kSecond};
constexpr std::int64_t kRealMaxMs = 20;

// True, a second, stands last: in real time that is too long to wait for.
constexpr std::array<EdgeTimeout, 15> kEdges = {{{"-1", 0},
                                                 {"0", 0},
                                                 {"0.0", 0},
                                                 {"-0.0", 0},
                                                 {"-inf", 0},
                                                 {"-1e300", 0},
                                                 {"5e-324", 0},
                                                 {"False", 0},
                                                 {"nan", 0},
                                                 {"10**400", 0},
                                                 {"\"x\"", 0},
                                                 {"inf", -1},
                                                 {"1e20", -1},
                                                 {"None", -1},
                                                 {"True", kSecond}}};

std::int64_t below(base::Random& random, std::int64_t bound) {
  return static_cast<std::int64_t>(random.below(static_cast<std::uint32_t>(bound)));
}

}  // namespace

model::Seconds spell_seconds(std::int64_t nanoseconds) {
  LOCKSTEP_CHECK(nanoseconds >= 0 && nanoseconds % 1000 == 0);
  char text[32];
  char* end = std::to_chars(text, std::end(text), nanoseconds / kSecond).ptr;
  std::int64_t rest = nanoseconds % kSecond;
  if (rest != 0) {
    *end++ = '.';
  }
  for (std::int64_t unit = kSecond / 10; rest != 0; unit /= 10) {
    *end++ = static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return {std::string(text, end), nanoseconds};
}

model::Seconds pick_time(base::Random& random, bool real_time) {
  if (real_time) {
    return spell_seconds((1 + below(random, kRealMaxMs)) * kMillisecond);
  }
  if (random.chance(80)) {
    return spell_seconds(kTimes[random.below(kTimes.size())]);
  }
  return spell_seconds((1 + below(random, 4000)) * kMillisecond);
}

model::Seconds pick_pause(base::Random& random, bool real_time, std::int64_t deadline) {
  const std::uint32_t choice = random.below(100);
  if (real_time) {
    const std::int64_t left = (deadline + kMillisecond - 1) / kMillisecond;
    const bool before = choice < 30 && left > 4;
    const std::int64_t pause = before ? 1 + below(random, left - 3) : left + 3 + below(random, 5);
    return spell_seconds(pause * kMillisecond);
  }
  const std::int64_t unit = deadline >= 2 * kMillisecond ? kMillisecond : 1000;
  if (choice < 40 || deadline < 2 * unit) {
    return spell_seconds(deadline - deadline % 1000);
  }
  if (choice < 70) {
    return spell_seconds(deadline - deadline % 1000 + pick_time(random, false).nanoseconds);
  }
  return spell_seconds(deadline / 2 / unit * unit);
}

const EdgeTimeout& pick_edge(base::Random& random, bool real_time) {
  return kEdges[random.below(static_cast<std::uint32_t>(kEdges.size() - (real_time ? 1 : 0)))];
}

}  // namespace lockstep::script
