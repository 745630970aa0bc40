#include <functional>
#include <string_view>

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

constexpr unsigned kAbilities = kThreads | kOddArguments | kUnlike;

// Of the scripts that both play alike one in so many is explained by the specification besides: a fault of the cell or
// the shim makes both wrong alike. Which ones depends on the input alone.
constexpr std::size_t kExplainedShare = 8;

std::string_view as_text(std::span<const std::uint8_t> input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

class World {
 public:
  void run(std::span<const std::uint8_t> input) {
    const model::Script script = script_of(decode(input), kAbilities);
    const bool same = embedded_.play(script);
    if (embedded_.exhausted()) {
      return;  // one that was given up shows nothing
    }
    const trace::Trace reference = embedded_.trace_of(Embedded::kReference);
    situations_.observe(script, reference);
    if (!same) {
      const trace::Trace cpython = embedded_.trace_of(Embedded::kCpython);
      if (const auto finding = judgement_.compare(script, reference, cpython); finding.has_value()) {
        report_finding("cpython", "reference", script, cpython, *finding);
      }
    } else if (std::hash<std::string_view>()(as_text(input)) % kExplainedShare == 0) {
      if (const auto finding = judgement_.explain(script, reference); finding.has_value()) {
        report_finding("reference", "specification", script, reference, *finding);
      }
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

// Where the two do the same, nothing needs to be judged.
std::span<const Rare> rare_abilities() {
  static constexpr Rare kRare[] = {{kUnlike, 16}};
  return kRare;
}

std::string text_of(std::span<const std::uint8_t> input) { return script::print(script_of(decode(input), kAbilities)); }

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  (void)fuzz::world();
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::world().run({data, size});
  return 0;
}
