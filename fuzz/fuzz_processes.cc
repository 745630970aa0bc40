#include <algorithm>
#include <iterator>

#include <unistd.h>

#include "fuzz/support/embedded.h"
#include "fuzz/support/judgement.h"
#include "fuzz/support/mutator.h"
#include "fuzz/support/plan.h"
#include "fuzz/support/report.h"
#include "fuzz/support/situations.h"
#include "fuzz/support/target.h"
#include "harness/cell/region.h"
#include "harness/cell/scheduler.h"
#include "harness/processes/virtual_carrier.h"
#include "harness/processes/workers.h"
#include "harness/script/print.h"

// CPython's own locks, in real processes that may also be killed, stopped and sent signals, do what the specification
// allows; and what the reference does, where that can follow: it is played in this process. The processes run this
// very program, as their interpreter.
namespace lockstep::fuzz {
namespace {

processes::Launch own_launch() {
  processes::Launch launch;
  launch.python = "/proc/self/exe";
  launch.module = "multiprocessing";
  launch.start_method = "fork";
  return launch;
}

// What fibers can do.
bool suits_fibers(const model::Script& script) {
  return std::none_of(script.steps.begin(), script.steps.end(), [](const model::Step& step) {
    return step.kind == model::StepKind::kKill || step.kind == model::StepKind::kSignal ||
           step.kind == model::StepKind::kStop || step.kind == model::StepKind::kContinue;
  });
}

// What the processes see, for libFuzzer; other engines leave it alone.
__attribute__((used, section("__libfuzzer_extra_counters"))) std::uint8_t sightings[sizeof(cell::Cell::sightings)];

class World {
 public:
  explicit World(int number) : cpython_(own_launch(), number), cell_(cpython_.family().cell()) {
    const KeptForEver kept;
    cell::adopt(cell_);
    reference_ = embed_reference(cell_);
    cell_.sightings_wanted = 1;
    for_every_call([this](const model::Script& script) { run(script); });
  }

  void run(const model::Script& script) {
    std::fill(std::begin(cell_.sightings), std::end(cell_.sightings), std::uint8_t{0});
    schedule_.prefix.assign(script.schedule.begin(), script.schedule.end());
    const bool exhausted = cpython_.play(script, std::span(&schedule_, 1))[0].exhausted;
    const trace::Trace cpython = cpython_.trace_of(0);
    std::copy(std::begin(cell_.sightings), std::end(cell_.sightings), std::begin(sightings));
    if (exhausted) {
      return;
    }
    situations_.observe(script, cpython);
    const auto finding = suits_fibers(script) ? compare(script, cpython) : judgement_.explain_cpython(script, cpython);
    if (finding.has_value()) {
      report_finding("cpython", "reference", script, cpython, *finding);
    }
  }

 private:
  // The cell still holds the script.
  std::optional<judge::Finding> compare(const model::Script& script, const trace::Trace& cpython) {
    cell::begin_batch(cell_);
    play_in_fibers(cell_, *reference_, 0);
    const trace::Trace reference = cpython_.trace_of(0);
    const bool same = reference.events == cpython.events;
    return same ? judgement_.explain(script, reference) : judgement_.compare(script, reference, cpython);
  }

  processes::VirtualCarrier cpython_;
  cell::Cell& cell_;
  std::unique_ptr<actors::Fibers> reference_;
  Judgement judgement_{interpreter_minor(), interpreter_version()};
  Situations situations_;
  replay::Schedule schedule_;
};

// An engine may fork: the processes are one process's own.
World& world() {
  static World* current = nullptr;
  static pid_t owner = 0;
  static int number = 0;
  if (owner != getpid()) {
    owner = getpid();
    processes::pin_to_processor(owner);
    current = new World(number++);  // as long as the process; a parent's is the parent's to end
  }
  return *current;
}

}  // namespace

// A process that was killed takes longer to replace than many scripts take to play.
std::span<const Rare> rare_abilities() {
  static constexpr Rare kRare[] = {{kKills, 32}, {kUnlike, 16}};
  return kRare;
}

std::string text_of(std::span<const std::uint8_t> input) {
  return script::print(script_of(decode(input), kEveryAbility));
}

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerInitialize(int* /*argc*/, char*** argv) {
  if (fuzz::is_host()) {
    fuzz::live_as_host(*argv);
  }
  fuzz::start_interpreter();
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::world().run(fuzz::script_of(fuzz::decode({data, size}), fuzz::kEveryAbility));
  return 0;
}
