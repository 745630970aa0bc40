#include "fuzz/support/situations.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/judge/testing.h"

// Where the linker puts the counters that libFuzzer reads.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern std::uint8_t __start___libfuzzer_extra_counters[];
extern std::uint8_t __stop___libfuzzer_extra_counters[];
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

namespace lockstep::fuzz {
namespace {

// The counters that this script's own expectations move.
std::set<std::size_t> situations_of(const std::string& steps) {
  std::fill(__start___libfuzzer_extra_counters, __stop___libfuzzer_extra_counters, std::uint8_t{0});
  const model::Script script =
      judge::parsed("lock L = Lock()\nlock R = RLock()\nprocess P: a\nprocess Q: b c\n" + steps);
  Situations().observe(script, judge::spelled_trace(script));
  std::set<std::size_t> found;
  for (std::uint8_t* at = __start___libfuzzer_extra_counters; at != __stop___libfuzzer_extra_counters; ++at) {
    if (*at != 0) {
      found.insert(static_cast<std::size_t>(at - __start___libfuzzer_extra_counters));
    }
  }
  return found;
}

TEST(SituationsTest, TheSameSituationIsCountedAlike) {
  EXPECT_EQ(situations_of("a: L.acquire() -> True\n"), situations_of("b: L.acquire() -> True\n"));
  EXPECT_TRUE(situations_of("pause 1\n").empty());
}

TEST(SituationsTest, WhatTellsSituationsApart) {
  const std::string taken = "b: L.acquire() -> True\n";
  const std::set<std::set<std::size_t>> different = {
      situations_of("a: L.acquire() -> True\n"),                                    // the outcome
      situations_of("a: L.acquire() -> False\n"),                                   //
      situations_of("a: R.acquire() -> True\n"),                                    // the kind of lock
      situations_of("a: L.locked() -> False\n"),                                    // the call
      situations_of(taken + "a: L.acquire() -> blocks\n"),                          // who holds it
      situations_of(taken + "b: L.acquire() -> blocks\n"),                          //
      situations_of(taken + "c: L.acquire() -> blocks\n"),                          //
      situations_of(taken + "a: L.acquire() -> blocks\nc: L.release() -> None\n"),  // how many wait
      situations_of(taken + "c: L.release() -> None\n"),
  };
  EXPECT_EQ(different.size(), 9U);
}

TEST(SituationsTest, WhatCameBeforeCounts) {
  const std::set<std::size_t> straight = situations_of("a: L.locked() -> False\na: L.acquire() -> True\n");
  const std::set<std::size_t> turned = situations_of("a: L.acquire() -> True\na: L.locked() -> False\n");
  EXPECT_NE(straight, turned);
}

}  // namespace
}  // namespace lockstep::fuzz
