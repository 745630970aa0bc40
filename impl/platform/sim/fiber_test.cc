#include "impl/platform/sim/fiber.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace lockstep::impl::sim {
namespace {

// A fiber that calls body() each time it is switched to, and comes back.
template <class Body>
class Coroutine {
 public:
  explicit Coroutine(Body body) : body_(body) {}
  void resume() { Fiber::switch_to(caller_, fiber_); }
  void back() { Fiber::switch_to(fiber_, caller_); }
  void restart() { fiber_.restart(); }

 private:
  static void run(void* coroutine) {
    auto& self = *static_cast<Coroutine*>(coroutine);
    for (;;) {
      self.body_(self);
      self.back();
    }
  }

  Body body_;
  Fiber caller_;
  Fiber fiber_{run, this};
};

std::size_t mappings() {
  std::ifstream maps("/proc/self/maps");
  std::size_t count = 0;
  for (std::string line; std::getline(maps, line);) {
    ++count;
  }
  return count;
}

TEST(FiberTest, GoesOnWhereItWasLeft) {
  std::string seen;
  Coroutine fiber([&](auto& self) {
    seen += 'a';
    self.back();
    seen += 'b';
  });
  for (int i = 0; i < 4; ++i) {
    fiber.resume();
    seen += '-';
  }
  EXPECT_EQ(seen, "a-b-a-b-");
}

TEST(FiberTest, SwitchesAMillionTimes) {
  std::uint64_t sum = 0;
  std::uint64_t local_seen = 0;
  Coroutine fiber([&](auto& self) {
    for (std::uint64_t local = 1;; ++local) {
      sum += local;
      local_seen = local;
      self.back();
    }
  });
  for (int i = 0; i < 1'000'000; ++i) {
    fiber.resume();
  }
  EXPECT_EQ(local_seen, 1'000'000U);
  EXPECT_EQ(sum, 1'000'000ULL * 1'000'001ULL / 2);
}

TEST(FiberTest, ExceptionsAreCaughtInside) {
  int caught = 0;
  Coroutine fiber([&](auto& self) {
    try {
      throw std::runtime_error("inside");
    } catch (const std::runtime_error& error) {
      caught += std::string(error.what()) == "inside" ? 1 : 0;
    }
    self.back();
  });
  for (int i = 0; i < 100; ++i) {
    try {
      fiber.resume();
      throw std::logic_error("outside");
    } catch (const std::logic_error&) {
    }
  }
  EXPECT_EQ(caught, 50);
}

TEST(FiberTest, ADestructorRunsWhenAFrameIsUnwound) {
  auto shared = std::make_shared<int>(0);
  Coroutine fiber([&](auto& self) {
    try {
      const std::shared_ptr<int> copy = shared;  // NOLINT(performance-unnecessary-copy-initialization): it is counted
      self.back();
      throw *copy;
    } catch (int) {
    }
  });
  fiber.resume();
  EXPECT_EQ(shared.use_count(), 2);
  fiber.resume();
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(FiberTest, FloatingPointModesAreItsOwn) {
  volatile double one = 1.0;
  volatile long double long_one = 1.0L;
  double third = 0.0;
  long double long_third = 0.0L;
  Coroutine fiber([&](auto& self) {
    std::fesetround(FE_UPWARD);
    for (;;) {
      third = one / 3.0;
      long_third = long_one / 3.0L;
      self.back();
    }
  });
  const double nearest = one / 3.0;
  const long double long_nearest = long_one / 3.0L;
  fiber.resume();
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  EXPECT_EQ(one / 3.0, nearest);
  EXPECT_EQ(long_one / 3.0L, long_nearest);
  EXPECT_GT(third, nearest);
  EXPECT_GE(long_third, long_nearest);
  third = 0.0;
  fiber.resume();
  EXPECT_GT(third, nearest);
}

TEST(FiberTest, RestartBeginsAgain) {
  int begun = 0;
  Coroutine fiber([&](auto& self) {
    ++begun;
    volatile char frame[1000] = {};
    frame[0] = 1;
    self.back();
    begun += 100 * frame[0];
  });
  for (int i = 0; i < 10; ++i) {
    fiber.resume();
    fiber.restart();
  }
  EXPECT_EQ(begun, 10);
}

TEST(FiberTest, StacksAreReleased) {
  const auto round = [] {
    std::vector<std::unique_ptr<Fiber>> fibers;
    for (int i = 0; i < 100; ++i) {
      fibers.push_back(std::make_unique<Fiber>([](void*) {}, nullptr));
    }
  };
  round();
  const std::size_t before = mappings();
  for (int i = 0; i < 20; ++i) {
    round();
  }
  EXPECT_LT(mappings(), before + 100);
}

TEST(FiberDeathTest, AStackThatOverflowsHitsItsGuard) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto overflow = [] {
    Coroutine fiber([](auto& self) {
      const auto deeper = [](const auto& again, int depth) -> int {
        volatile char frame[4096] = {};
        frame[0] = static_cast<char>(depth);
        return depth == 0 ? 0 : again(again, depth - 1) + frame[0];
      };
      EXPECT_EQ(deeper(deeper, 1000), -1);
      self.back();
    });
    fiber.resume();
  };
  EXPECT_DEATH(overflow(), "");
}

}  // namespace
}  // namespace lockstep::impl::sim
