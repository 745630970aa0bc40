#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/judge/brute_force.h"
#include "harness/judge/lock_history.h"
#include "harness/judge/rlock_history.h"

namespace lockstep::judge {
namespace {

using base::Random;
using model::LockKind;

Deed random_deed(Random& random, std::uint32_t depth, bool plausible) {
  if (!plausible) {
    return static_cast<Deed>(random.below(4));
  }
  if (depth > 0) {
    return random.below(4) > 0 ? Deed::kReleased : Deed::kAcquired;
  }
  return random.below(5) < 3 ? Deed::kAcquired : random.below(3) > 0 ? Deed::kRefused : Deed::kRejected;
}

// Clients' calls, one after the other for each, interleaved at random; plausible ones follow the client's own depth, as
// a script would, so that both verdicts are frequent. Some calls never return.
History random_history(Random& random) {
  struct Client {
    int open = -1;
    bool dead = false;
    std::uint32_t depth = 0;
  };
  std::vector<Client> clients(2 + random.below(4));
  const std::size_t size = 3 + random.below(9);
  const std::uint32_t death_percent = 2 * random.below(8);
  const bool plausible = random.below(4) > 0;
  History history;
  std::size_t open = 0;
  std::size_t alive = clients.size();
  for (std::uint32_t now = 0; open > 0 || (history.size() < size && alive > 0);) {
    const std::uint32_t number = random.below(static_cast<std::uint32_t>(clients.size()));
    Client& client = clients[number];
    if (client.dead || (client.open < 0 && history.size() >= size)) {
      continue;
    }
    if (client.open < 0) {
      const Deed deed = random_deed(random, client.depth, plausible);
      client.depth += deed == Deed::kAcquired ? 1U : 0U;
      client.depth -= deed == Deed::kReleased && client.depth > 0 ? 1U : 0U;
      client.open = static_cast<int>(history.size());
      history.push_back({number, deed, now++, kNever});
      ++open;
      continue;
    }
    Operation& operation = history[static_cast<std::size_t>(client.open)];
    const bool may_vanish = operation.deed == Deed::kAcquired || operation.deed == Deed::kReleased;
    if (may_vanish && random.chance(death_percent)) {
      client.dead = true;
      --alive;
    } else {
      operation.returned = now++;
    }
    client.open = -1;
    --open;
  }
  return history;
}

std::string print(const History& history) {
  std::string text;
  for (const Operation& operation : history) {
    text += "client " + std::to_string(operation.client) + " deed " + std::to_string(static_cast<int>(operation.deed)) +
            " [" + std::to_string(operation.called) + ", " +
            (operation.returned == kNever ? "never" : std::to_string(operation.returned)) + "]\n";
  }
  return text;
}

// LOCKSTEP_HISTORIES=10000000 for a long run.
std::uint64_t histories() {
  const char* wanted = std::getenv("LOCKSTEP_HISTORIES");
  return wanted == nullptr ? 200000 : std::strtoull(wanted, nullptr, 10);
}

TEST(HistoryTest, TheAlgorithmsAgreeWithTheDefinition) {
  Random random(20260101);
  std::uint64_t lock_good = 0;
  std::uint64_t rlock_good = 0;
  const std::uint64_t count = histories();
  for (std::uint64_t i = 0; i < count; ++i) {
    const History history = random_history(random);
    const bool lock = is_linearizable_by_search(history, LockKind::kLock);
    const bool rlock = is_linearizable_by_search(history, LockKind::kRLock);
    ASSERT_EQ(check_lock_history(history).linearizable, lock) << print(history);
    ASSERT_EQ(check_rlock_history(history).linearizable, rlock) << print(history);
    lock_good += lock ? 1U : 0U;
    rlock_good += rlock ? 1U : 0U;
  }
  // Both verdicts must be frequent, or the comparison says little.
  EXPECT_GT(lock_good, count / 20);
  EXPECT_LT(lock_good, count - count / 20);
  EXPECT_GT(rlock_good, count / 50);
  EXPECT_LT(rlock_good, count - count / 20);
}

// A long history of a lock that works, made by playing it.
History long_history(Random& random, std::uint32_t clients, std::size_t size, bool recursive) {
  std::vector<std::uint32_t> depth(clients, 0);
  std::uint32_t owner = clients;
  History history;
  for (std::uint32_t now = 0; history.size() < size; now += 2) {
    const std::uint32_t client = random.below(clients);
    Deed deed = Deed::kAcquired;
    if (owner == client && (!recursive || random.below(3) > 0)) {
      deed = Deed::kReleased;
      owner = --depth[client] == 0 ? clients : owner;
    } else if (owner == clients || owner == client) {
      owner = client;
      ++depth[client];
    } else {
      deed = random.below(8) == 0 && recursive ? Deed::kRejected : Deed::kRefused;
    }
    history.push_back({client, deed, now, now + 1});
  }
  return history;
}

TEST(HistoryTest, PlantedFaultsInLongHistoriesAreFound) {
  for (const bool recursive : {false, true}) {
    const auto check = [&](const History& history) {
      return recursive ? check_rlock_history(history) : check_lock_history(history);
    };
    Random random(7);
    History history = long_history(random, 8, 20000, recursive);
    ASSERT_TRUE(check(history).linearizable);
    for (std::size_t i = 15000; i < history.size(); ++i) {
      if (history[i].deed == Deed::kRefused) {
        history[i].deed = Deed::kAcquired;
        break;
      }
    }
    const HistoryVerdict verdict = check(history);
    EXPECT_FALSE(verdict.linearizable);
    EXPECT_GE(verdict.operation, 15000U);
    EXPECT_FALSE(verdict.reason.empty());
  }
}

TEST(HistoryTest, EachKindOfFaultHasItsReason) {
  const auto lock = [](const History& history) { return check_lock_history(history).reason; };
  const auto rlock = [](const History& history) { return check_rlock_history(history).reason; };
  EXPECT_EQ(lock({{0, Deed::kAcquired, 0, 1}, {1, Deed::kAcquired, 2, 3}}),
            "acquired while the lock was held and nobody was releasing it");
  EXPECT_EQ(lock({{0, Deed::kReleased, 0, 1}}), "released while the lock was free and nobody was acquiring it");
  EXPECT_EQ(lock({{0, Deed::kRefused, 0, 1}}), "refused although the lock was free during the whole call");
  EXPECT_EQ(lock({{0, Deed::kAcquired, 0, 1}, {1, Deed::kRejected, 2, 3}}),
            "rejected although the lock was held during the whole call");
  EXPECT_EQ(rlock({{0, Deed::kAcquired, 0, 1}, {1, Deed::kAcquired, 2, 3}}),
            "acquired while another client held the lock");
  EXPECT_EQ(rlock({{0, Deed::kReleased, 0, 1}}), "released by a client that did not hold it");
  EXPECT_EQ(rlock({{0, Deed::kAcquired, 0, 1}, {0, Deed::kRefused, 2, 3}}), "the owner's own acquire was refused");
  EXPECT_EQ(rlock({{0, Deed::kAcquired, 0, 1}, {0, Deed::kRejected, 2, 3}}), "the owner's own release was rejected");
  EXPECT_EQ(rlock({{0, Deed::kRefused, 0, 1}}), "refused although the lock was free during the whole call");
}

TEST(HistoryTest, ACallThatNeverReturnedMayHaveHappened) {
  EXPECT_TRUE(check_lock_history({{0, Deed::kAcquired, 0, kNever}, {1, Deed::kRefused, 1, 2}}).linearizable);
  EXPECT_FALSE(check_lock_history({{1, Deed::kRefused, 0, 1}, {0, Deed::kAcquired, 2, kNever}}).linearizable);
  EXPECT_TRUE(check_rlock_history({{0, Deed::kAcquired, 0, kNever}, {1, Deed::kRefused, 1, 2}}).linearizable);
  EXPECT_FALSE(
      check_rlock_history({{0, Deed::kAcquired, 0, kNever}, {1, Deed::kRefused, 1, 2}, {2, Deed::kAcquired, 3, 4}})
          .linearizable);
}

}  // namespace
}  // namespace lockstep::judge
