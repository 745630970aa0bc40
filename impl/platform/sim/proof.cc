#include <chrono>
#include <cstdio>
#include <string_view>
#include <type_traits>
#include <vector>

#include "impl/platform/sim/lock_program.h"

// The lock in all runs of a table of small programs, for two to four processes, within bounds.
namespace lockstep::impl::sim {
namespace {

// Without the kernel's help: a wake-up dies with the thread that was woken.
struct Forgetful : SimPlatform {
  using SimPlatform::SimPlatform;
  struct Pending {
    Pending(const Forgetful& /*platform*/, const SimWord& /*word*/) {}
  };
};

constexpr std::uint32_t kAll = Bounds::kNone;
constexpr std::int64_t kSoon_ns = 1'000'000'000;
constexpr std::int64_t kLater_ns = 2'000'000'000;

struct Program {
  const char* name;
  std::vector<Actor> actors;
  Settings settings;
  Bounds by_day, by_night;  // preemptions, loads that are stale
};

std::vector<Program> programs() {
  const Actor once;
  const Actor twice{.times = 2};
  const Actor soon{.deadline_ns = kSoon_ns};
  const Actor later{.deadline_ns = kLater_ns};
  const Actor parent{.forks = true};
  return {
      {"2", {once, once}, {}, {}, {}},
      {"2 twice", {twice, twice}, {}, {4, 2}, {7, 3}},
      {"2, a deadline", {once, soon}, {}, {}, {}},
      {"2, a death", {once, once}, {.kills_max = 1}, {}, {}},
      {"2 twice, a death", {twice, twice}, {.kills_max = 1}, {3, 1}, {6, 2}},
      {"2, a deadline, a death", {once, soon}, {.kills_max = 1}, {}, {}},
      {"2, a fork, a death", {once, parent}, {.kills_max = 1}, {3, 1}, {5, 1}},
      {"3", {once, once, once}, {}, {4, 1}, {6, 2}},
      {"3, spinning", {once, once, once}, {.spins = 2}, {3, 1}, {5, 1}},
      {"3, two deadlines", {once, soon, later}, {}, {3, 1}, {5, 1}},
      {"3, a death", {once, once, once}, {.kills_max = 1}, {3, 1}, {5, 1}},
      {"3, two deaths", {once, once, once}, {.kills_max = 2}, {3, 0}, {5, 1}},
      {"3, two deadlines, a death", {once, soon, later}, {.kills_max = 1}, {2, 1}, {4, 1}},
      {"3, a signal, a death", {once, once, once}, {.kills_max = 1, .interrupts_max = 1}, {2, 0}, {4, 1}},
      {"3, a fork, a death", {once, once, parent}, {.kills_max = 1}, {2, 0}, {3, 1}},
      {"4", {once, once, once, once}, {}, {3, 0}, {5, 0}},
      {"4, stale loads", {once, once, once, once}, {}, {2, 1}, {3, 2}},
      {"4, two deadlines", {once, once, soon, later}, {}, {2, 0}, {4, 1}},
      {"4, a death", {once, once, once, once}, {.kills_max = 1}, {2, 0}, {4, 0}},
      {"4, two deaths", {once, once, once, once}, {.kills_max = 2}, {2, 0}, {3, 1}},
      {"4, two deadlines, a death", {once, once, soon, later}, {.kills_max = 1}, {2, 0}, {3, 1}},
  };
}

void print_bound(std::uint32_t bound) { bound == kAll ? std::printf("%7s", "all") : std::printf("%7u", bound); }

// Returns whether every program did as it should: all runs end well, without the bound of a forgotten sleeper; but if
// the kernel does not help, some run of each in which somebody dies does not.
template <class P>
bool explore_all(bool by_night) {
  constexpr bool kHelped = std::is_same_v<P, SimPlatform>;
  bool good = true;
  std::uint64_t runs = 0;
  std::printf("%-28s%7s%7s%14s%11s%9s\n", "processes", "switch", "stale", "runs", "forgotten", "seconds");
  for (const Program& program : programs()) {
    const Bounds& bounds = by_night ? program.by_night : program.by_day;
    const auto begin = std::chrono::steady_clock::now();
    LockProgram<P> played(program.actors, program.settings);
    const Exploration found = played.explore_all(bounds);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%-28s", program.name);
    print_bound(bounds.preemptions_max);
    print_bound(bounds.stale_max);
    std::printf("%14llu%11llu%9.1f%s%s\n", static_cast<unsigned long long>(found.runs),
                static_cast<unsigned long long>(played.forgotten()), took.count(),
                found.all_finished() ? "" : "  FAILED: ", found.first_failure.c_str());
    std::fflush(stdout);
    const bool holds = found.all_finished() && played.forgotten() == 0;
    good = good && holds == (kHelped || program.settings.kills_max == 0);
    runs += found.runs;
  }
  std::printf("%llu runs, %s\n", static_cast<unsigned long long>(runs), good ? "all as they should" : "FAILED");
  return good;
}

}  // namespace
}  // namespace lockstep::impl::sim

int main(int argc, char** argv) {
  namespace sim = lockstep::impl::sim;
  const std::string_view when = argc > 1 ? argv[1] : "";
  const bool forgetful = argc == 3 && std::string_view(argv[2]) == "forgetful";
  if ((argc != 2 && !forgetful) || (when != "day" && when != "night")) {
    std::fprintf(stderr, "usage: impl_lock_proof day|night [forgetful]\n");
    return 2;
  }
  const bool by_night = when == "night";
  const bool good =
      forgetful ? sim::explore_all<sim::Forgetful>(by_night) : sim::explore_all<sim::SimPlatform>(by_night);
  return good ? 0 : 1;
}
