#include <string_view>

#include "fuzz/support/report.h"
#include "fuzz/support/target.h"
#include "fuzz/support/text_mutator.h"
#include "harness/script/generate.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/validate.h"

// A text is a script or an error with its place: parse() never crashes, what it reads is valid, and print() gives a
// text that it reads back as the same script.
namespace lockstep::fuzz {
namespace {

[[noreturn]] void fail(std::string_view kind, const std::string& details) {
  report("parse", "print", "script.text", kind, details);
}

void check_error(const base::InputError& error) {
  if (error.line < 1 || error.column < 1 || error.message.empty()) {
    fail("error-without-place", error.text());
  }
}

void check(std::string_view text) {
  const base::Result<model::Script> parsed = script::parse(text, "input");
  if (!parsed.ok()) {
    return check_error(parsed.error());
  }
  if (const auto error = script::validate(parsed.value()); error.has_value()) {
    fail("invalid", error->text());
  }
  const std::string printed = script::print(parsed.value());
  const base::Result<model::Script> again = script::parse(printed, "printed");
  if (!again.ok()) {
    fail("printed-unreadable", printed + "\n" + again.error().text());
  }
  if (!(again.value() == parsed.value())) {
    fail("printed-differs", printed);
  }
  if (script::print(again.value()) != printed) {
    fail("printed-twice-differs", printed);
  }
}

// Whatever a script may say: what the generator knows, and before it what is only written by hand.
std::string donor(base::Random& random) {
  constexpr const char* kByHand =
      "# A comment.\nclause lock.acquire.held rlock.x-1\n"
      "a: L.acquire(True, timeout=10**400) -> True | False | raises ValueError(\"x\", 'y') | \"<Lock(owner=None)>\"\n"
      "b: L.acquire(block=0.5) -> blocks\na: returns None | raises a.B\none of a, b, c returns True\nb still blocks\n"
      "start thread d in P\nschedule 0 1 2 4294967295\n";
  script::Profile profile;
  profile.races = profile.edition_edges = profile.reprs = true;
  profile.lifecycle_percent = profile.edge_percent = 50;
  return kByHand + script::print(script::generate(profile, random.next(), 0));
}

std::string_view as_text(std::span<const std::uint8_t> input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) { return std::string(as_text(input)); }

}  // namespace lockstep::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lockstep::fuzz::check(lockstep::fuzz::as_text({data, size}));
  return 0;
}

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  lockstep::base::Random random(seed);
  const std::string donor = lockstep::fuzz::donor(random);
  return lockstep::fuzz::mutate_text_input(data, size, size_max, donor, random);
}
