#include <gtest/gtest.h>

#include <numeric>

#include "harness/explore/explore.h"
#include "harness/processes/test_replay.h"
#include "harness/processes/virtual_carrier.h"

// The explorer's number of schedules against a count that knows neither cell nor carrier: a model of CPython's Lock in
// the parts between which another process may come.
namespace lockstep::cli {
namespace {

// A race of actors, each with a word of calls: 'A' is acquire(), 'R' is release().
using Words = std::vector<std::string>;

// An acquire() is one part: it takes the lock or falls asleep. That sem_trywait() and sem_wait() are two calls is
// nothing to others: what may come between them may as well come when it sleeps. Once there is something to take,
// waking up with it is one more part. A release() looks, sem_getvalue(), which is all if the lock is free; otherwise
// sem_post() is another part.
struct Actor {
  enum class At { kBetween, kAsleep, kBeforePost };
  std::size_t next = 0;  // of its word
  At at = At::kBetween;
};

bool can_go_on(const Actor& actor, const std::string& word, int value) {
  return actor.at == Actor::At::kBetween ? actor.next < word.size() : actor.at != Actor::At::kAsleep || value > 0;
}

void take_part(Actor& actor, const std::string& word, int& value) {
  using At = Actor::At;
  const bool acquires = word[actor.next] == 'A';
  if (actor.at == At::kBeforePost) {
    ++value;
  } else if (!acquires && value == 0) {
    actor.at = At::kBeforePost;
    return;
  } else if (acquires && value == 0) {
    actor.at = At::kAsleep;
    return;
  } else if (acquires) {
    --value;
  }
  actor.at = At::kBetween;
  ++actor.next;
}

std::uint64_t count_schedules(const Words& words, const std::vector<Actor>& actors, int value) {
  std::uint64_t schedules = 0;
  for (std::size_t who = 0; who < actors.size(); ++who) {
    if (can_go_on(actors[who], words[who], value)) {
      std::vector<Actor> later = actors;
      int later_value = value;
      take_part(later[who], words[who], later_value);
      schedules += count_schedules(words, later, later_value);
    }
  }
  return std::max<std::uint64_t>(schedules, 1);  // nobody can go on: one schedule ends here
}

std::uint64_t count_schedules(const Words& words) {
  return count_schedules(words, std::vector<Actor>(words.size()), 1);
}

model::Script script_of(const Words& words) {
  std::string head = "lock L = Lock()\n", calls;
  for (std::size_t actor = 0; actor < words.size(); ++actor) {
    const char letter = static_cast<char>(actor);
    head += std::string("process ") + static_cast<char>('P' + letter) + ": " + static_cast<char>('a' + letter) + "\n";
    for (const char call : words[actor]) {
      calls += std::string(1, static_cast<char>('a' + letter)) + (call == 'A' ? ": L.acquire()\n" : ": L.release()\n");
    }
  }
  return processes::parsed(head + "race\n" + calls + "end\n");
}

class EnumerationTest : public ::testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] static processes::Launch launch() {
    processes::Launch launch = processes::launch("multiprocessing", "fork", true);
    launch.fibers = GetParam();
    return launch;
  }

  std::uint64_t explore(const Words& words) {
    const auto found = explore::explore(carrier_, script_of(words), {},
                                        [](const explore::Behaviour&) { return explore::Verdict::kGoOn; });
    EXPECT_TRUE(found.complete);
    return found.schedules;
  }

  processes::VirtualCarrier carrier_{launch(), 0};
};
INSTANTIATE_TEST_SUITE_P(All, EnumerationTest, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "Fibers" : "Processes"; });

TEST_P(EnumerationTest, EveryScheduleIsPlayedOnce) {
  for (const Words& words : std::vector<Words>{{"AR", "AR"},
                                               {"ARA", "AR"},
                                               {"ARAR", "ARAR"},
                                               {"AR", "R"},
                                               {"ARR", "RAR"},
                                               {"A", "A", "A"},
                                               {"AR", "A", "R"},
                                               {"AR", "AR", "A"},
                                               {"AR", "AR", "AR"}}) {
    SCOPED_TRACE(std::accumulate(words.begin(), words.end(), std::string(),
                                 [](const std::string& all, const std::string& word) { return all + " " + word; }));
    EXPECT_EQ(explore(words), count_schedules(words));
  }
}

TEST_P(EnumerationTest, OneCallLessHasFewerSchedules) {
  EXPECT_LT(explore({"AR", "A"}), count_schedules({"AR", "AR"}));
}

}  // namespace
}  // namespace lockstep::cli
