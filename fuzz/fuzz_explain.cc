#include <algorithm>
#include <array>

#include "fuzz/support/mutator.h"
#include "fuzz/support/plan.h"
#include "fuzz/support/player_search.h"
#include "fuzz/support/report.h"
#include "fuzz/support/situations.h"
#include "fuzz/support/target.h"
#include "harness/judge/explain.h"
#include "harness/judge/pending.h"
#include "harness/judge/player.h"
#include "harness/script/print.h"

// The judge explains a trace if, and only if, a lock that works could have left it. That lock is the player, which
// shares nothing with the specification: what it plays is explained, and what is then changed in its trace is explained
// only where it could have played that, too. What explain() explains, judge_pending() does not call wrong.
//
// Of the plan's choices the first three are the change; the others are the player's.
namespace lockstep::fuzz {
namespace {

using judge::Verdict;
using trace::Event;
using trace::EventKind;

constexpr std::size_t kChanges = 3;
constexpr int kPlaysMax = 100;

std::uint8_t choice(const Plan& plan, std::size_t index) {
  return index < plan.choices.size() ? plan.choices[index] : std::uint8_t{0};
}

trace::Trace play(const Plan& plan, const model::Script& script) {
  std::size_t next = kChanges;
  const auto pick = [&](std::uint32_t ways, const trace::Trace&) { return choice(plan, next++) % ways; };
  return judge::Player(script, judge::Flaw::kNone, {}, pick).play();
}

// Whether it is of the lock. All else is the harness's doing, which the judge takes as it is.
bool of_call(const Event& event) { return event.kind == EventKind::kInvoked || event.kind == EventKind::kReturned; }

// Lets an expired call return so much later, if there is room between the events around it.
void shift(std::vector<Event>& events, std::size_t at, std::int64_t by_ns) {
  const Event& event = events[at];
  const auto invoked = std::find_if(events.begin(), events.end(), [&](const Event& other) {
    return other.kind == EventKind::kInvoked && other.step == event.step;
  });
  if (event.kind == EventKind::kReturned && invoked->time_ns < event.time_ns) {
    events[at].time_ns = std::clamp(event.time_ns + by_ns, events[at - 1].time_ns, events[at + 1].time_ns);
  }
}

// Changes one event, or the order of two.
void change(trace::Trace& trace, const Plan& plan) {
  using model::OutcomeKind;
  static const std::array<model::Outcome, 6> outcomes = {{
      {OutcomeKind::kTrue, ""},
      {OutcomeKind::kFalse, ""},
      {OutcomeKind::kNone, ""},
      {OutcomeKind::kRaised, "ValueError(\"semaphore or lock released too many times\")"},
      {OutcomeKind::kRaised, "AssertionError(\"attempt to release recursive lock not owned by thread\")"},
      {OutcomeKind::kRaised, "RuntimeError(\"body\")"},
  }};
  std::vector<Event>& events = trace.events;
  const std::size_t at = choice(plan, 0) % events.size();
  const std::uint8_t how = choice(plan, 2);
  switch (choice(plan, 1) % 8) {
    case 0:
      if (of_call(events[at]) && of_call(events[at + 1])) {
        std::swap(events[at], events[at + 1]);
      }
      return;
    case 1:
      if (events[at].kind == EventKind::kReturned) {
        events.erase(events.begin() + static_cast<std::ptrdiff_t>(at));
      }
      return;
    case 2:
      return shift(events, at, how % 2 != 0 ? 1000 : -1000);
    default:
      if (events[at].kind == EventKind::kReturned) {
        events[at].outcome = outcomes[how % outcomes.size()];
      }
  }
}

// In a race the player makes the first call of each actor, and what else there is when these have ended. It could have
// left every lawful trace only if there is nothing else.
bool plays_races_fully(const model::Script& script) {
  unsigned called = 0;
  bool inside = false;
  return std::none_of(script.steps.begin(), script.steps.end(), [&](const model::Step& step) {
    const bool is_call = step.kind == model::StepKind::kCall;
    const unsigned actor = is_call ? 1U << static_cast<unsigned>(step.actor) : 0U;
    const bool more = inside && step.kind != model::StepKind::kEnd && (!is_call || (called & actor) != 0);
    inside = step.kind == model::StepKind::kRace || (inside && step.kind != model::StepKind::kEnd);
    called = inside ? called | actor : 0U;
    return more;
  });
}

// The trace with the proofs of blocking taken away.
trace::Trace unproved(trace::Trace trace) {
  trace.virtual_time = false;
  for (Event& event : trace.events) {
    event.kind = event.kind == EventKind::kBlocked ? EventKind::kPending : event.kind;
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

class World {
 public:
  void run(const Plan& plan) {
    model::Script script = script_of(plan, kEveryAbility);
    script.schedule.clear();
    trace::Trace trace = play(plan, script);
    situations_.observe(script, trace);
    compare(script, trace, Answer::kYes);
    change(trace, plan);
    const Answer answer = could_play(script, trace, kPlaysMax);
    compare(script, trace, answer == Answer::kNo && !plays_races_fully(script) ? Answer::kUnknown : answer);
  }

 private:
  void compare(const model::Script& script, const trace::Trace& trace, Answer lawful) {
    const judge::Finding finding = explainer_.explain(script, trace);
    const bool explained = finding.verdict == Verdict::kAgree;
    if (finding.verdict != Verdict::kInconclusive && lawful == (explained ? Answer::kNo : Answer::kYes)) {
      report(
          "explain", "player", "trace", explained ? "explained" : "refused",
          show(script, trace) + finding.clause + ": expected " + finding.expected + ", observed " + finding.observed);
    }
    if (!explained) {
      return;
    }
    const judge::Finding pending = judge::judge_pending(script, unproved(trace), {});
    if (pending.verdict == Verdict::kDiverge || pending.verdict == Verdict::kInvalid) {
      report("explain", "pending", "trace", "refused", show(script, trace) + pending.clause + ": " + pending.observed);
    }
  }

  judge::Explainer explainer_{spec::Options{}};
  Situations situations_;
};

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) {
  const Plan plan = decode(input);
  const model::Script script = script_of(plan, kEveryAbility);
  trace::Trace trace = play(plan, script);
  change(trace, plan);
  return show(script, trace);
}

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto* const world = new fuzz::World();  // as long as the process: no order of destruction to think of
  world->run(fuzz::decode({data, size}));
  return 0;
}
