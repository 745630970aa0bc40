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

constexpr unsigned kAbilities = kThreads | kKills | kUnlike;

class World {
 public:
  void run(const Plan& plan) {
    const model::Script script = script_of(plan, kAbilities);
    schedule_.prefix = plan.choices;
    const replay::Played played = simulation_.play(script, std::span(&schedule_, 1))[0];
    if (played.broken != nullptr) {
      fail(script, played, "lock.held", "broken", std::string("found: ") + played.broken);
    }
    if (played.exhausted) {
      return;  // one that was given up shows nothing
    }
    const trace::Trace trace = simulation_.trace_of(0);
    situations_.observe(script, trace);
    const judge::Finding finding = explainer_.explain(script, trace);
    if (finding.verdict == judge::Verdict::kDiverge || finding.verdict == judge::Verdict::kInvalid) {
      fail(script, played, finding.clause, finding.verdict == judge::Verdict::kDiverge ? "diverge" : "invalid",
           "expected: " + finding.expected + "\nobserved: " + finding.observed);
    }
  }

 private:
  [[noreturn]] void fail(model::Script script, const replay::Played& played, const std::string& clause,
                         const char* kind, const std::string& found) {
    script.schedule.assign(played.taken.begin(), played.taken.end());
    report("reference", "specification", clause, kind,
           script::print(script) + "\n" + trace::print(simulation_.trace_of(0), script) + "\n" + found);
  }

  explore::Simulation simulation_;
  replay::Schedule schedule_;  // kept for its memory
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
