#include <string>

#include <unistd.h>

#include "fuzz/support/hostile_host.h"
#include "fuzz/support/report.h"
#include "fuzz/support/target.h"
#include "harness/cell/region.h"
#include "harness/processes/process_tree.h"
#include "harness/processes/virtual_carrier.h"
#include "harness/script/print.h"

// As fuzz_protocol, with real processes: whatever they do, replaying them comes to an end, with traces or with an
// AdapterError, and nobody is left.
namespace lockstep::fuzz {
namespace {

constexpr std::int64_t kLook_ns = 20'000;  // a thousandth of what users' patience is made of

void run(const HostilePlan& hostile) {
  const model::Script script = script_of(hostile.plan, kEveryAbility);
  processes::Launch launch;
  launch.module = "hostile";
  if (!hostile.corruptions.empty()) {
    launch.look_ns = kLook_ns;  // whoever does as told is not hurried
  }
  launch.host = [&] { live_as_host(*reinterpret_cast<cell::Cell*>(cell::kFirstAddress), hostile.corruptions); };
  try {
    processes::VirtualCarrier carrier(launch, 0);
    const replay::Item item{&script, 0, 0};
    (void)carrier.replay(std::span(&item, 1));
  } catch (const replay::AdapterError& error) {
    if (hostile.corruptions.empty()) {
      report("coordinator", "processes", "cell.sound", "refused", script::print(script) + "\n" + error.what());
    }
  }
  for (const pid_t pid : processes::descendants(getpid())) {
    if (getsid(pid) != getsid(0)) {  // an engine has children too
      report("coordinator", "processes", "cell.end", "left", script::print(script));
    }
  }
}

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) {
  return script::print(script_of(decode_hostile(input).plan, kEveryAbility));
}

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::run(fuzz::decode_hostile({data, size}));
  return 0;
}
