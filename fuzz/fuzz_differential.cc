#include "fuzz/support/embedded.h"
#include "fuzz/support/judgement.h"
#include "fuzz/support/mutator.h"
#include "fuzz/support/plan.h"
#include "fuzz/support/situations.h"
#include "fuzz/support/target.h"
#include "harness/script/print.h"

// The reference and CPython's own locks do the same, or where they may differ each does what the specification allows.
// Both are played in this process, in virtual time.
namespace lockstep::fuzz {
namespace {

constexpr unsigned kAbilities = kThreads | kOddArguments;

class World {
 public:
  void run(const model::Script& script) {
    const bool same = embedded_.play(script);
    if (embedded_.exhausted()) {
      return;
    }
    const trace::Trace reference = embedded_.trace_of(Embedded::kReference);
    situations_.observe(script, reference);
    if (const auto finding = judgement_.of_reference(script, reference); finding.has_value()) {
      report_finding("reference", "specification", script, reference, *finding);
    }
    if (same) {
      return;
    }
    const trace::Trace cpython = embedded_.trace_of(Embedded::kCpython);
    if (const auto finding = judgement_.of_cpython(script, cpython, &reference); finding.has_value()) {
      report_finding("cpython", "reference", script, cpython, *finding);
    }
  }

 private:
  Embedded embedded_;
  Judgement judgement_{interpreter_minor(), interpreter_version()};
  Situations situations_;
};

World& world() {
  static auto* const all = new World();  // as long as the process: no order of destruction to think of
  return *all;
}

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) { return script::print(script_of(decode(input), kAbilities)); }

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  (void)fuzz::world();
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::world().run(fuzz::script_of(fuzz::decode({data, size}), fuzz::kAbilities));
  return 0;
}
