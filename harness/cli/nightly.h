#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/cli/home.h"
#include "harness/cli/subject.h"

// The parts of `nightly`: what the deterministic replay promises, measured at length. Each starts carriers of its own
// and throws AdapterError if they can't be started.
namespace lockstep::cli {

// How much a part is to do. Counts are those of a run of kNightlySeconds.
struct Load {
  std::uint64_t seed = 1;
  double scale = 1;

  // At least a few, so that no part is empty.
  [[nodiscard]] std::uint64_t of(std::uint64_t count) const {
    return std::max<std::uint64_t>(16, static_cast<std::uint64_t>(scale * static_cast<double>(count)));
  }
};
constexpr double kNightlySeconds = 900;

// One line of the report.
struct Part {
  std::string name;      // "audit of P by F"
  std::string measured;  // "20000 scripts, 0 differ"
  bool passed = true;
  double seconds = 0;        // of real time that it took
  std::string skipped = {};  // why it did not run
  std::string details = {};  // of the first failure: lines that show it and how to repeat it
};

// Carrier P against F (races, random choices; choices compared too), S and K (no races, first in, first out): F and K
// for start method fork, S for each.
[[nodiscard]] std::vector<Part> audit_carriers(const Subject& subject, const Load& load);

// What many replays came to.
struct Replays {
  std::uint64_t replays = 0;
  std::uint64_t differing = 0;
  std::uint64_t passed_over = 0;  // scripts that the carrier can't play, or that have no token
  double seconds = 0;
  std::string first = {};  // the token of the first script that differed
};

// Generated scripts with races, each by several seeds of its choices, each of those several times: next to each other,
// and again after other scripts. `replays` in all, or none if so many scripts are not supported. Every replay of a
// schedule must make the same choices and come to the same trace.
[[nodiscard]] Replays repeat(replay::Scheduled& carrier, const std::function<bool(const model::Script&)>& supports,
                             const script::Profile& profile, std::uint64_t seed, std::uint64_t replays);
[[nodiscard]] std::vector<Part> repeat_replays(const Subject& subject, const Load& load);

// Generated scripts are replayed, and then what their tokens decode to: every other time the token of the seed, else
// the token of the script with all its choices pinned. Both must come to the same trace.
[[nodiscard]] Replays replay_tokens(replay::Carrier& carrier, const script::Profile& profile, std::uint64_t seed,
                                    std::uint64_t replays);
[[nodiscard]] std::vector<Part> replay_all_tokens(const Subject& subject, const Load& load);

// A fixed list of small scripts, three processes with three calls each, explored to the end within two preemptions (in
// a whole night's run without that bound too) on F and on P: both must play the same number of schedules and see the
// same number of behaviours.
[[nodiscard]] std::vector<Part> certify(const Subject& subject, const Load& load);

// Two processes release a Lock that is held once, and both succeed: found among the schedules, and replayed from its
// token. Nothing for the reference, in which that can't happen.
[[nodiscard]] std::vector<Part> repeat_release_race(const Subject& subject);

// A wait of an hour that times out: what it costs in real time.
[[nodiscard]] std::vector<Part> kill_an_hour(const Subject& subject);

// The catalogue's cases that are marked slow; in a whole night's run only.
[[nodiscard]] std::vector<Part> run_slow_cases(const Subject& subject, const Load& load);

// Programs of their own: an hour over all fuzz targets, the bugs planted for them, OSS-Fuzz's checks; CPython's own
// tests and the catalogue on the reference under multiprocessing in every interpreter; its lock under sanitizers, in
// all runs of small programs, and in processes of which some are killed. Each with so many jobs at a time, where it
// can; in a whole night's run only.
[[nodiscard]] std::vector<Part> run_programs(const Home& home, const Load& load, int jobs);

}  // namespace lockstep::cli
