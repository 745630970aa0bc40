#pragma once

namespace lockstep::impl::sim {

// What the simulation does on one core. Answers are random, memory is weak, and loads may be stale.
struct SimSpeed {
  double runs_per_s = 0;        // Whole runs of 4 processes that acquire, release and look at one Lock.
  double operations_per_s = 0;  // Those three operations, every word operation in them a scheduling point.
  double pairs_per_s = 0;       // Acquisitions, each with its release, in one long run of 2 processes.
};

// Takes about as long as it is told.
[[nodiscard]] SimSpeed measure(double seconds);

}  // namespace lockstep::impl::sim
