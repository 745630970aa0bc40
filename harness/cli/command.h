#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/results.h"

// One function a command; each returns the exit code. Errors of the user's are thrown as UsageError.
namespace lockstep::cli {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The options that most commands share, as the command line gave them.
struct Options {
  std::vector<std::string> impl;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> scripts;
  std::optional<double> seconds;
  std::string shard;
  std::string time = "virtual";
  std::string level;  // must, should, all; empty: what suits each
  std::string expectations;
  std::string report;
  int jobs = 0;
  bool fail_fast = false;
  bool quiet = false;
  std::string baseline;
  std::vector<std::string> clauses;  // globs
  std::string spec;                  // an edition, "3.12"
  bool slow = false;
  bool install_peers = false;
  bool update_expectations = false;
  bool list_clauses = false;
  bool list_cases = false;
  bool list_targets = false;
  std::string target;                // FILE or TOKEN
  std::vector<std::string> targets;  // of explore and conformance
  std::string strategy = "exhaustive";
  std::optional<int> preemptions;
  std::string command;  // as the user typed it, for the report
};

// The main job: scripts in virtual time, then a share in real time with nothing interposed.
int command_run(const Options& options);

// A campaign of one clock only.
int command_differential(const Options& options);

// Holds implementations against the catalogue of clauses and cases.
int command_conformance(const Options& options);

// Replays one script and shows what each implementation made of it.
int command_replay(const Options& options);

// Shrinks a script that diverges.
int command_shrink(const Options& options);

// Plays scripts by many schedules: those given, or generated ones.
int command_explore(const Options& options);

// The measured speed of each part.
int command_bench(const Options& options);

// What the deterministic replay promises, measured at length.
int command_nightly(const Options& options);

// The implementations found on this machine; or the catalogue's clauses, or its cases; or the fuzz targets.
int command_list(const Options& options);

// What the commands make of the options. Throw UsageError.
[[nodiscard]] std::vector<Subject> subjects_of(const Options& options, const Home& home);
[[nodiscard]] Plan plan_of(const Options& options);

[[nodiscard]] Run new_run(const Options& options, const Plan& plan);  // nothing has run yet
[[nodiscard]] ConformanceRequest conformance_request(const Options& options, const Plan& plan);

// Runs the catalogue's cases on the run's subjects, with a line that shows how far it is.
[[nodiscard]] Conformance run_cases(const Run& run, const Plan& plan, const Home& home,
                                    const ConformanceRequest& request, bool quiet);

struct Target {
  model::Script script;
  std::uint64_t seed = 0;  // of its choices
  Time time = Time::kVirtual;
  std::string case_name;  // of a case of the catalogue
};
[[nodiscard]] Target read_target(const Options& options, const std::string& target);

}  // namespace lockstep::cli
