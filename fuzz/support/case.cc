#include "fuzz/support/case.h"

#include <algorithm>
#include <string>
#include <utility>

#include "fuzz/support/target.h"
#include "harness/script/parse.h"
#include "harness/spec/request.h"

namespace lockstep::fuzz {
namespace {

constexpr std::size_t kCaseStepsMax = 40;
constexpr std::size_t kCaseActorsMax = 5;
constexpr int kRacingMax = 4;

// A script may call what no judge reads: locked() with arguments.
bool is_readable(const model::Script& script) {
  return std::all_of(script.steps.begin(), script.steps.end(), [&](const model::Step& step) {
    return step.kind != model::StepKind::kCall ||
           spec::read_call(step.call, script.locks[static_cast<std::size_t>(step.call.lock)].kind, {}).ok();
  });
}

bool is_quick(const model::Script& script) {
  int racing = 0;
  bool inside = false;
  for (const model::Step& step : script.steps) {
    inside = step.kind == model::StepKind::kRace || (inside && step.kind != model::StepKind::kEnd);
    racing = inside ? racing + 1 : 0;
    if (racing > kRacingMax) {
      return false;
    }
  }
  return script.steps.size() <= kCaseStepsMax && script.actors.size() <= kCaseActorsMax;
}

}  // namespace

std::optional<Case> Case::read(std::span<const std::uint8_t> input) {
  auto parsed = script::parse({reinterpret_cast<const char*>(input.data()), input.size()}, "input");
  if (!parsed.ok() || !is_readable(parsed.value()) || !is_quick(parsed.value())) {
    return std::nullopt;
  }
  Case read;
  read.script_ = std::move(parsed.value());
  read.choices_ = std::exchange(read.script_.schedule, {});
  return read;
}

judge::Flaw Case::choose_flaw() {
  constexpr auto kFlaws = static_cast<std::uint32_t>(judge::Flaw::kWrongError) + 1;
  return static_cast<judge::Flaw>(choose(kFlaws));
}

spec::Options Case::choose_options() {
  constexpr int kEditions[] = {13, 8, 10, 11, 12, 14};
  spec::Options options;
  options.edition.minor = kEditions[choose(6)];
  options.has_locked = choose(2) == 0;
  // One choice of both, so that the first options are those that bind most.
  constexpr spec::Level kLevels[] = {spec::Level::kObserved, spec::Level::kShould, spec::Level::kMust};
  const std::uint32_t strictness = choose(2 * 3);
  options.exact_messages = strictness % 2 == 0;
  options.level = kLevels[strictness / 2];
  return options;
}

trace::Trace Case::play(const model::Script& script, judge::Flaw flaw, const spec::Options& options) {
  return judge::Player(script, flaw, options, [this](std::uint32_t ways, const trace::Trace&) { return choose(ways); })
      .play();
}

spec::Options with_every_policy(spec::Options options) {
  for (int policy = 0; policy < spec::kPolicies; ++policy) {
    options.policies = options.policies.with(static_cast<spec::Policy>(policy));
  }
  return options;
}

std::string text_of(std::span<const std::uint8_t> input) { return {input.begin(), input.end()}; }

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto read = fuzz::Case::read({data, size});
  if (!read.has_value()) {
    return -1;
  }
  fuzz::check_case(std::move(*read));
  return 0;
}
