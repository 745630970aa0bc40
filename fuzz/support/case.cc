#include "fuzz/support/case.h"

#include <algorithm>
#include <string>
#include <utility>

#include "harness/script/parse.h"
#include "harness/script/print.h"
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
  options.exact_messages = choose(2) == 0;
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

trace::Trace unproved(trace::Trace trace) {
  trace.virtual_time = false;
  for (trace::Event& event : trace.events) {
    event.kind = event.kind == trace::EventKind::kBlocked ? trace::EventKind::kPending : event.kind;
  }
  return trace;
}

std::string show(const model::Script& script, const trace::Trace& trace) {
  std::vector<std::string> names;
  for (const model::ActorDeclaration& actor : script.actors) {
    names.push_back(actor.name);
  }
  return script::print(script) + print(trace, names);
}

}  // namespace lockstep::fuzz
