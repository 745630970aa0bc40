#include <cstdio>

#include "harness/cli/clock.h"
#include "harness/cli/command.h"
#include "harness/cli/progress_line.h"
#include "harness/cli/report.h"
#include "harness/cli/summary.h"
#include "harness/cli/update_expectations.h"
#include "harness/processes/program.h"

namespace lockstep::cli {
namespace {

constexpr int kOldestEdition = 8;
constexpr double kInstallSeconds = 1800;

// The minor version of "3.12".
int parse_edition(const std::string& text) {
  if (text.empty()) {
    return 0;
  }
  int minor = 0, read = 0;
  if (std::sscanf(text.c_str(), "3.%d%n", &minor, &read) != 1 || static_cast<std::size_t>(read) != text.size() ||
      minor < kOldestEdition) {
    throw UsageError("--spec " + text + ": expected an edition of Python's documentation from 3.8 on, such as 3.12");
  }
  return minor;
}

void install_peers(const Home& home) {
  const processes::Finished finished = processes::run_program(
      {home.python, "-P", "-m", "conformance.peers", home.peers}, {"PYTHONPATH=" + home.checkout}, kInstallSeconds);
  std::fputs((finished.output + finished.errors).c_str(), stderr);
  if (finished.death != "exit status 0") {
    throw replay::AdapterError("the peers could not be installed (" + finished.death + ")");
  }
}

}  // namespace

ConformanceRequest conformance_request(const Options& options, const Plan& plan) {
  ConformanceRequest request;
  request.selection = {options.clauses, options.targets, options.slow, plan.shard};
  request.edition = parse_edition(options.spec);
  request.level = !options.level.empty();
  return request;
}

Conformance run_cases(const Run& run, const Plan& plan, const Home& home, const ConformanceRequest& request,
                      bool quiet) {
  ProgressLine line("cases", 0, 0, quiet);
  return run_conformance(run.subjects, plan, home, request,
                         [&](processes::Progress& progress) { line.show(progress); });
}

int command_conformance(const Options& options) {
  const Plan plan = plan_of(options);
  std::printf("seed %llu\n", static_cast<unsigned long long>(plan.seed));
  std::fflush(stdout);
  const Home home = find_home();
  const ConformanceRequest request = conformance_request(options, plan);
  if (options.install_peers) {
    install_peers(home);
  }
  Run run = new_run(options, plan);
  const double begun_s = monotonic_s();
  run.subjects = subjects_of(options, home);
  run.campaign.tallies.resize(run.subjects.size());
  run.campaign.coverage = Coverage(spec::Edition{run.subjects.front().minor});
  run.conformance = run_cases(run, plan, home, request, options.quiet);
  run.errors = run.conformance.errors;
  run.seconds = monotonic_s() - begun_s;
  write_report(run, options.report);
  std::fputs(summary(run, options.quiet).c_str(), stdout);
  if (options.update_expectations) {
    for (const std::string& line : update_expectations(run.conformance, run.subjects, home)) {
      std::puts(line.c_str());
    }
  }
  std::fputs(closing_line(run).c_str(), stdout);
  return exit_code(run);
}

}  // namespace lockstep::cli
