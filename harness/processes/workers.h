#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lockstep::processes {

// What the workers of a campaign tell while they work, and hear. In memory that all of them share.
struct Progress {
  std::atomic<std::uint64_t> scripts;
  std::atomic<std::uint64_t> steps;
  std::atomic<std::uint64_t> divergences;
  std::atomic<std::uint64_t> planned;      // how many scripts there will be, if somebody knows
  std::atomic<std::uint32_t> stop;         // no new scripts, please
  std::atomic<std::uint32_t> next;         // the first piece of work that nobody has taken yet
  std::atomic<std::uint32_t> closed[256];  // nothing more for the subject of this number: it has diverged, or failed
};

struct WorkerResult {
  std::string output;
  std::string error;  // how it ended, if not well
};

// Runs `work` in `count` processes, each pinned to a processor of its own as far as there are any, and returns what
// each returned. Meanwhile calls `tick` ten times a second in this process. A replay's processes stay on their worker's
// processor: handing on within one is an order of magnitude faster than between two.
[[nodiscard]] std::vector<WorkerResult> run_workers(int count, const std::function<std::string(int, Progress&)>& work,
                                                    const std::function<void(Progress&)>& tick);

// Pins this process, and what it will start, to its processor number `index`, counted among those it may use.
void pin_to_processor(int index);

[[nodiscard]] int processors();

}  // namespace lockstep::processes
