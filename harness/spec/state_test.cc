#include "harness/spec/state.h"

#include <gtest/gtest.h>

namespace lockstep::spec {
namespace {

using model::LockKind;

// Threads a, b of P; c of Q; d and e, threads of S, which a step starts.
model::Script script() {
  model::Script script;
  script.locks = {{"L", LockKind::kLock}};
  script.processes = {{"P", false}, {"Q", false}, {"S", true}};
  script.actors = {{"a", 0, true, false},
                   {"b", 0, false, false},
                   {"c", 1, true, false},
                   {"d", 2, true, true},
                   {"e", 2, false, true}};
  return script;
}

TEST(WorldTest, KnowsWhoLives) {
  World world(script());
  EXPECT_TRUE(world.alive(0));
  EXPECT_FALSE(world.alive(3));
  world.start(3);
  EXPECT_TRUE(world.alive(3));
  world.exit(1, false);
  EXPECT_FALSE(world.alive(1));
  EXPECT_TRUE(world.alive(0));
  world.set_stopped(0, true);
  EXPECT_TRUE(world.stopped(0));
  world.exit(0, true);
  EXPECT_FALSE(world.alive(0));
  world.kill(1);
  EXPECT_FALSE(world.alive(2));
}

TEST(WorldTest, KnowsAForksAncestry) {
  World world(script());
  world.fork(0, 3);
  EXPECT_TRUE(world.alive(3));
  EXPECT_TRUE(world.forked_below(3, 1));
  EXPECT_FALSE(world.forked_below(0, 3));
  EXPECT_FALSE(world.forked_below(3, 2));
}

TEST(RelationTest, OfALock) {
  const World world(script());
  LockState lock;
  EXPECT_EQ(relation(world, lock, LockKind::kLock, 0), Relation::kFree);
  lock.value = 0;
  lock.holder = 0;
  EXPECT_EQ(relation(world, lock, LockKind::kLock, 0), Relation::kOwn);
  EXPECT_EQ(relation(world, lock, LockKind::kLock, 1), Relation::kOtherThread);
  EXPECT_EQ(relation(world, lock, LockKind::kLock, 2), Relation::kOtherProcess);
}

TEST(InheritTest, AForkedChildOwnsWhatItsParentActorDoes) {
  World world(script());
  State state;
  state.locks[0].value = 0;
  state.locks[0].count[0] = 2;
  state.locks[0].owner[0] = 0;
  world.fork(0, 3);
  inherit(world, state, 0, 3);
  EXPECT_EQ(depth(world, state.locks[0], 3), 2);
  EXPECT_EQ(depth(world, state.locks[0], 0), 2);
}

TEST(InheritTest, WhatAnotherThreadHoldsIsLeftBehindForItsId) {
  World world(script());
  State state;
  state.locks[0].value = 0;
  state.locks[0].count[0] = 1;
  state.locks[0].owner[0] = 1;
  world.fork(0, 3);
  inherit(world, state, 0, 3);
  EXPECT_EQ(depth(world, state.locks[0], 3), 0);
  take_over(world, state, -1, 4);
  EXPECT_EQ(depth(world, state.locks[0], 4), 1);
}

TEST(InheritTest, AThreadTakesOverADeadOne) {
  const World world(script());
  State state;
  state.locks[0].count[0] = 1;
  state.locks[0].owner[0] = 1;
  take_over(world, state, 1, 0);
  EXPECT_EQ(depth(world, state.locks[0], 0), 1);
  EXPECT_EQ(depth(world, state.locks[0], 1), 0);
}

}  // namespace
}  // namespace lockstep::spec
