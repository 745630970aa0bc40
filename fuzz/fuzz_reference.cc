#include "fuzz/support/mutator.h"
#include "fuzz/support/plan.h"
#include "fuzz/support/report.h"
#include "fuzz/support/situations.h"
#include "fuzz/support/target.h"
#include "harness/explore/simulation.h"
#include "harness/judge/explain.h"
#include "harness/script/print.h"

// The reference's algorithm, in simulated processes with simulated memory, does what the specification allows: whatever
// the script, and however its threads interleave.
namespace lockstep::fuzz {
namespace {

constexpr unsigned kAbilities = kThreads | kKills;

class World {
 public:
  void run(const Plan& plan) {
    const model::Script script = script_of(plan, kAbilities);
    const replay::Schedule schedule{plan.choices};
    const replay::Played played = simulation_.play(script, std::span(&schedule, 1))[0];
    model::Script shown = script;
    shown.schedule.assign(played.taken.begin(), played.taken.end());
    if (played.broken != nullptr) {
      report("reference", "specification", "lock.held", "broken",
             script::print(shown) + "\nfound: " + played.broken + "\n");
    }
    if (played.exhausted) {
      return;  // one that was given up shows nothing
    }
    const trace::Trace trace = simulation_.trace_of(0);
    situations_.observe(script, trace);
    const judge::Finding finding = explainer_.explain(script, trace);
    if (finding.verdict == judge::Verdict::kDiverge || finding.verdict == judge::Verdict::kInvalid) {
      report("reference", "specification", finding.clause,
             finding.verdict == judge::Verdict::kDiverge ? "diverge" : "invalid",
             script::print(shown) + "\nexpected: " + finding.expected + "\nobserved: " + finding.observed + "\n");
    }
  }

 private:
  explore::Simulation simulation_;
  judge::Explainer explainer_{spec::Options{}};
  Situations situations_;
};

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) { return script::print(script_of(decode(input), kAbilities)); }

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto* const world = new fuzz::World();  // as long as the process: no order of destruction to think of
  world->run(fuzz::decode({data, size}));
  return 0;
}
