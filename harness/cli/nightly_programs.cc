#include <sstream>

#include "harness/cli/clock.h"
#include "harness/cli/nightly.h"
#include "harness/processes/program.h"

namespace lockstep::cli {
namespace {

constexpr double kFuzzSeconds = 3600;
constexpr double kSecondsMax = 12 * 3600;  // then a program hangs

Part run(const char* name, const Home& home, std::vector<std::string> command) {
  const double begun_s = monotonic_s();
  const processes::Finished finished =
      processes::run_program(std::move(command), {"PYTHONPATH=" + home.checkout}, kSecondsMax);
  Part part{name, finished.death, finished.death == "exit status 0", monotonic_s() - begun_s};
  std::istringstream lines(finished.output + (part.passed ? "" : finished.errors));
  for (std::string line; std::getline(lines, line);) {
    part.details += "  " + line + "\n";
  }
  return part;
}

}  // namespace

std::vector<Part> run_programs(const Home& home, const Load& load, int jobs) {
  if (load.scale < 1) {
    return {};
  }
  const std::string front_door = home.checkout + "/run_tests.py";
  const std::string soak = home.packages + "/../impl/lock/impl_lock_soak";
  const std::string proof = home.packages + "/../impl/platform/sim/impl_lock_proof";
  const std::string seconds = std::to_string(static_cast<int>(kFuzzSeconds * load.scale));
  const std::string seed = std::to_string(load.seed % 0xFFFFFFFF + 1);  // libFuzzer's has 32 bits and is not 0
  const std::string at_once = std::to_string(jobs);
  return {run("an hour of fuzzing", home,
              {home.python, front_door, "fuzz", "--seconds", seconds, "--seed", seed, "--jobs", at_once, "--quiet"}),
          // -P: the checkout that was found counts, not the one that this happens to run in.
          run("lines that the corpora reach", home, {home.python, "-P", "-m", "fuzz.coverage", "--missing"}),
          run("planted bugs", home, {home.python, "-P", "-m", "fuzz.planted", "--jobs", at_once}),
          run("what OSS-Fuzz checks", home, {home.python, front_door, "fuzz", "--check-oss-fuzz"}),
          run("CPython's own tests", home, {home.python, "-P", "-m", "impl.cpython_tests", "--jobs", at_once}),
          run("cases, installed", home, {home.python, "-P", "-m", "conformance.installed", "--jobs", at_once}),
          run("the lock, sanitized", home, {home.python, "-P", "-m", "impl.sanitized"}),
          run("the lock, explored", home, {proof, "night"}),
          run("the lock under kills", home, {soak, "10000000", "5000"})};
}

}  // namespace lockstep::cli
