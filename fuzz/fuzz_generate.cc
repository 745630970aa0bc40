#include <algorithm>

#include "fuzz/support/report.h"
#include "fuzz/support/spoil.h"
#include "fuzz/support/target.h"
#include "harness/script/generate.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/raced.h"
#include "harness/script/token.h"
#include "harness/script/validate.h"

// A generated script is what its profile says, the same every time, and valid: print() and parse() keep it, its token
// names it. One that is spoiled is refused.
//
// The first bytes are the profile; then 8 of the seed, the index, and what is spoiled.
namespace lockstep::fuzz {
namespace {

using model::Script;
using model::Step;
using model::StepKind;

// An input, followed by zeros.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> input) : input_(input) {}
  std::uint8_t next() { return at_ < input_.size() ? input_[at_++] : std::uint8_t{0}; }
  int below(int bound) { return next() % bound; }

 private:
  std::span<const std::uint8_t> input_;
  std::size_t at_ = 0;
};

struct Wanted {
  script::Profile profile;
  std::uint64_t seed = 0;
  std::uint64_t index = 0;
  std::uint8_t spoiled = 0;
  std::uint8_t place = 0;
};

Wanted wanted(std::span<const std::uint8_t> input) {
  Bytes bytes(input);
  Wanted wanted;
  script::Profile& profile = wanted.profile;
  profile = bytes.below(8) == 1 ? script::real_time_profile() : profile;
  profile.steps = bytes.below(40);
  profile.actors_min = bytes.below(6);
  profile.actors_max = profile.actors_min + bytes.below(9 - profile.actors_min);
  profile.locks_max = bytes.below(4);
  const unsigned flags = bytes.next();
  profile.lock = (flags & 1U) == 0;
  profile.rlock = (flags & 2U) == 0;
  profile.races = (flags & 4U) != 0;
  profile.edition_edges = (flags & 8U) != 0;
  profile.reprs = (flags & 16U) != 0;
  profile.lifecycle_percent = (flags & 32U) != 0 ? 100 : bytes.below(102);
  profile.edge_percent = (flags & 64U) != 0 ? 100 : bytes.below(102);
  for (int i = 0; i < 8; ++i) {
    wanted.seed = wanted.seed << 8U | bytes.next();
  }
  wanted.index = bytes.next();
  wanted.spoiled = bytes.next();
  wanted.place = bytes.next();
  return wanted;
}

[[noreturn]] void fail(const char* kind, const Script& script) {
  report("generate", "script", "script.generated", kind, script::print(script));
}

void check_profile(const script::Profile& profile, const Script& script) {
  const auto is = [](StepKind kind) { return [kind](const Step& step) { return step.kind == kind; }; };
  const auto has = [&](auto kind) { return std::any_of(script.steps.begin(), script.steps.end(), kind); };
  const auto count = std::count_if(script.actors.begin(), script.actors.end(),
                                   [](const model::ActorDeclaration& actor) { return !actor.started_by_step; });
  const auto is_recursive = [](const model::LockDeclaration& lock) { return lock.kind == model::LockKind::kRLock; };
  const bool recursive = std::any_of(script.locks.begin(), script.locks.end(), is_recursive);
  const bool plain = !std::all_of(script.locks.begin(), script.locks.end(), is_recursive);
  if (script.steps.size() > static_cast<std::size_t>(profile.steps) || count < profile.actors_min ||
      count > profile.actors_max || script.locks.size() > static_cast<std::size_t>(profile.locks_max) ||
      (recursive && !profile.rlock) || (plain && !profile.lock) || (script::has_race(script) && !profile.races) ||
      (has(is(StepKind::kKill)) && profile.lifecycle_percent == 0) ||
      (has(is(StepKind::kClock)) && profile.real_time) ||
      (has([](const Step& step) { return step.call.method == model::Method::kRepr; }) && !profile.reprs)) {
    fail("against-its-profile", script);
  }
}

void check(const Wanted& wanted) {
  const script::Profile& profile = wanted.profile;
  if (!script::is_valid(profile)) {
    return;
  }
  Script script = script::generate(profile, wanted.seed, wanted.index);
  if (!(script == script::generate(profile, wanted.seed, wanted.index))) {
    fail("another-time", script);
  }
  check_profile(profile, script);
  const auto again = script::validate(script).has_value() ? script : script::parse(script::print(script), "generated");
  if (script::validate(script).has_value() || !again.ok() || !(again.value() == script)) {
    fail("invalid", script);
  }
  const auto decoded = script::decode(script::seed_token(profile, wanted.seed, wanted.index));
  if (!decoded.ok() || !(decoded.value().script == script)) {
    fail("token", script);
  }
  const Script before = script;
  if (spoil(script, wanted.spoiled, wanted.place) && !script::validate(script).has_value()) {
    report("generate", "script", "script.valid", "spoiled-accepted",
           script::print(before) + "spoiled " + std::to_string(wanted.spoiled));
  }
}

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) {
  const Wanted one = wanted(input);
  return script::is_valid(one.profile) ? script::print(script::generate(one.profile, one.seed, one.index)) : "";
}

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::check(fuzz::wanted({data, size}));
  return 0;
}
