#include <cstdlib>
#include <string>

#include "fuzz/support/report.h"
#include "fuzz/support/target.h"

// Wrong on purpose: proof that the fuzz command notices a failure, tells it, and keeps it. It fails for what begins
// with a C, so that any engine finds it at once, and has two letters. LOCKSTEP_CANARY_SCRIPT: its inputs stand for a
// script, in which a lock that is free is released; with a schedule that does not fit unless the last letter is an h.
namespace lockstep::fuzz {

std::string text_of(std::span<const std::uint8_t> input) {
#ifdef LOCKSTEP_CANARY_SCRIPT
  const std::string misfit = !input.empty() && input.back() == 'h' ? "" : "schedule 9\n";
  const std::string harmless = "a: L.acquire()\na: L.release()\n";
  return "lock     L = Lock()\nprocess  P: a\n\n" + harmless + "a: L.release()\n" + misfit;
#else
  return "an input of " + std::to_string(input.size()) + " bytes\n";
#endif
}

}  // namespace lockstep::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size >= 2 && data[0] == 'C') {
#if defined(LOCKSTEP_CANARY_SILENT)
    std::_Exit(9);  // without a word, and without a file of the input
#elif defined(LOCKSTEP_CANARY_UNDEFINED)
    const volatile int most = 0x7fffffff;
    return (most + static_cast<int>(size)) * 0;
#else
    lockstep::fuzz::report("wheel", "canary", "lock.sing", "silent", "the details of " + std::to_string(size));
#endif
  }
  return 0;
}
