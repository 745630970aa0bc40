#include <algorithm>
#include <array>

#include "fuzz/support/mutator.h"
#include "fuzz/support/plan.h"
#include "fuzz/support/player_search.h"
#include "fuzz/support/report.h"
#include "fuzz/support/situations.h"
#include "fuzz/support/target.h"
#include "harness/base/random.h"
#include "harness/judge/explain.h"
#include "harness/judge/pending.h"
#include "harness/judge/player.h"
#include "harness/judge/testing.h"
#include "harness/script/print.h"

// The judge explains a trace if, and only if, a lock that works could have left it. That lock is the player, which
// shares nothing with the specification: what it plays is explained, and what is then changed in its trace is explained
// only where it could have played that, too. What explain() explains, judge_pending() does not call wrong.
//
// Of the plan's choices the first draws the changes; the others are the player's.
namespace lockstep::fuzz {
namespace {

using judge::Verdict;
using trace::Event;
using trace::EventKind;

constexpr int kChanges = 4;  // to one trace, each for itself
constexpr int kPlaysMax = 100;

std::uint8_t choice(const Plan& plan, std::size_t index) {
  return index < plan.choices.size() ? plan.choices[index] : std::uint8_t{0};
}

trace::Trace play(const Plan& plan, const model::Script& script) {
  std::size_t next = 1;
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

const model::Outcome& any_outcome(base::Random& random) {
  using model::OutcomeKind;
  static const std::array<model::Outcome, 7> outcomes = {{
      {OutcomeKind::kTrue, ""},
      {OutcomeKind::kFalse, ""},
      {OutcomeKind::kNone, ""},
      {OutcomeKind::kRaised, "ValueError(\"semaphore or lock released too many times\")"},
      {OutcomeKind::kRaised, "AssertionError(\"attempt to release recursive lock not owned by thread\")"},
      {OutcomeKind::kRaised, "RuntimeError(\"body\")"},
      {OutcomeKind::kRaised, "SignalRaised(\"signal\")"},
  }};
  return outcomes[random.below(outcomes.size())];
}

// Loses an event or has it twice, changes one, or the order of two.
trace::Trace changed(trace::Trace trace, base::Random& random) {
  std::vector<Event>& events = trace.events;
  const std::size_t at = random.below(static_cast<std::uint32_t>(events.size()));
  const auto place = events.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.below(8)) {
    case 0:
    case 1:
      if (of_call(events[at]) && of_call(events[at + 1])) {
        std::swap(events[at], events[at + 1]);
      }
      break;
    case 2:
      if (events[at].kind != EventKind::kBlocked) {  // which goes without saying
        events.erase(place);
      }
      break;
    case 3:
      events.insert(place, Event(events[at]));
      break;
    case 4:
      shift(events, at, random.chance(50) ? 1000 : -1000);
      break;
    default:
      if (events[at].kind == EventKind::kReturned || events[at].kind == EventKind::kBlocked) {
        events[at].kind = EventKind::kReturned;
        events[at].outcome = any_outcome(random);
      }
  }
  return trace;
}

// The same trace has the same changes, for each first choice.
base::Random random_of(const Plan& plan, const trace::Trace& trace) {
  return base::Random(trace.events.size() << 8U | choice(plan, 0));
}

// In a race the player makes the first call of each actor, and what else there is when these have ended. What a stopped
// process waits for it is never given. The player could have left every lawful trace only if there is no more.
bool plays_fully(const model::Script& script) {
  unsigned called = 0;
  bool inside = false;
  return std::none_of(script.steps.begin(), script.steps.end(), [&](const model::Step& step) {
    const bool is_call = step.kind == model::StepKind::kCall;
    const unsigned actor = is_call ? 1U << static_cast<unsigned>(step.actor) : 0U;
    const bool more = inside && step.kind != model::StepKind::kEnd && (!is_call || (called & actor) != 0);
    inside = step.kind == model::StepKind::kRace || (inside && step.kind != model::StepKind::kEnd);
    called = inside ? called | actor : 0U;
    return more || step.kind == model::StepKind::kStop;
  });
}

class World {
 public:
  void run(const Plan& plan) {
    model::Script script = script_of(plan, kEveryAbility);
    script.schedule.clear();
    const trace::Trace trace = play(plan, script);
    situations_.observe(script, trace);
    compare(script, trace, Answer::kYes);
    base::Random random = random_of(plan, trace);
    for (int i = 0; i < kChanges; ++i) {
      const trace::Trace other = changed(trace, random);
      const Answer answer = could_play(script, other, kPlaysMax);
      compare(script, other, answer == Answer::kNo && !plays_fully(script) ? Answer::kUnknown : answer);
    }
  }

 private:
  void compare(const model::Script& script, const trace::Trace& trace, Answer lawful) {
    const judge::Finding finding = explainer_.explain(script, trace);
    const bool explained = finding.verdict == Verdict::kAgree;
    if (finding.verdict != Verdict::kInconclusive && lawful == (explained ? Answer::kNo : Answer::kYes)) {
      report("explain", "player", "trace", explained ? "explained" : "refused",
             script::print(script) + trace::print(trace, script) + finding.clause + ": expected " + finding.expected +
                 ", observed " + finding.observed);
    }
    if (!explained) {
      return;
    }
    const judge::Finding pending = judge::judge_pending(script, judge::unproved(trace), {});
    if (pending.verdict == Verdict::kDiverge || pending.verdict == Verdict::kInvalid) {
      report("explain", "pending", "trace", "refused",
             script::print(script) + trace::print(trace, script) + pending.clause + ": " + pending.observed);
    }
  }

  judge::Explainer explainer_{spec::Options{}};
  Situations situations_;
};

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) {
  const Plan plan = decode(input);
  const model::Script script = script_of(plan, kEveryAbility);
  const trace::Trace trace = play(plan, script);
  base::Random random = random_of(plan, trace);
  std::string text = script::print(script) + trace::print(trace, script);
  for (int i = 0; i < kChanges; ++i) {
    text += "\n" + script::print(script) + trace::print(changed(trace, random), script);
  }
  return text;
}

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto* const world = new fuzz::World();  // as long as the process: no order of destruction to think of
  world->run(fuzz::decode({data, size}));
  return 0;
}
