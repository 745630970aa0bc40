#include "fuzz/support/plan.h"

#include <algorithm>
#include <string>

#include "fuzz/support/moves.h"
#include "harness/base/check.h"

namespace lockstep::fuzz {
namespace {

using model::Step;
using model::StepKind;

constexpr std::uint8_t kActorMask = 3;
constexpr unsigned kLockShift = 4;

template <typename Table>
decltype(auto) pick(const Table& table, std::uint8_t index) {
  return table[index % table.size()];
}

// Without the threads, every actor is a process.
Layout layout_of(const Plan& plan, unsigned abilities) {
  Layout layout = pick(layouts(), plan.layout);
  for (int actor = 0; (abilities & kThreads) == 0 && actor < layout.actors; ++actor) {
    layout.process[static_cast<std::size_t>(actor)] = actor;
  }
  return layout;
}

std::string name(char first, int number) { return {static_cast<char>(first + number)}; }

void write_head(const Layout& layout, const Plan& plan, model::Script& script) {
  const std::vector<model::LockKind>& kinds = pick(lock_sets(), plan.locks);
  script.locks.reserve(kinds.size());
  script.processes.reserve(kLayoutActorsMax);
  script.actors.reserve(kLayoutActorsMax);
  for (const model::LockKind kind : kinds) {
    script.locks.push_back({name('L', static_cast<int>(script.locks.size())), kind});
  }
  for (int actor = 0; actor < layout.actors; ++actor) {
    const int process = layout.process[static_cast<std::size_t>(actor)];
    const bool first = process == static_cast<int>(script.processes.size());
    if (first) {
      script.processes.push_back({name('P', process)});
    }
    script.actors.push_back({name('a', actor), process, first});
  }
}

// Adds the steps of a plan one by one, and leaves out what could not stand where it is.
class StepWriter {
 public:
  StepWriter(model::Script& script, unsigned abilities) : script_(script), abilities_(abilities) {}

  void add(const PlannedStep& planned) {
    const Move& move = pick(moves(), planned.what);
    if ((move.needs & ~abilities_) != 0 || !fits(move.step.kind)) {
      return;
    }
    Step& step = script_.steps.emplace_back(move.step);
    const int actor = static_cast<int>((planned.who & kActorMask) % script_.actors.size());
    const int process = script_.actors[static_cast<std::size_t>(actor)].process;
    step.actor = step.actor < 0 ? -1 : actor;
    step.process = step.process < 0 ? -1 : process;
    if (step.kind == StepKind::kCall) {
      step.call.lock = static_cast<int>(static_cast<std::size_t>(planned.who >> kLockShift) % script_.locks.size());
      race_has_call_ = true;
    } else if (step.kind == StepKind::kSignal) {
      step.actor = main_thread_of(process);
    } else if (step.kind == StepKind::kRace) {
      in_race_ = true;
      race_has_call_ = false;
    } else if (step.kind == StepKind::kEnd) {
      in_race_ = false;
    }
  }

  // A race that is still open ends here, or was none.
  void finish() {
    if (in_race_ && race_has_call_) {
      Step end;
      end.kind = StepKind::kEnd;
      script_.steps.push_back(end);
    } else if (in_race_) {
      const auto race = std::find_if(script_.steps.rbegin(), script_.steps.rend(),
                                     [](const Step& step) { return step.kind == StepKind::kRace; });
      script_.steps.erase(std::next(race).base());
    }
  }

 private:
  [[nodiscard]] bool fits(StepKind kind) const {
    switch (kind) {
      case StepKind::kRace:
        return !in_race_;
      case StepKind::kEnd:
        return in_race_ && race_has_call_;
      case StepKind::kCall:
      case StepKind::kKill:
      case StepKind::kClock:
        return true;
      default:
        return !in_race_;
    }
  }

  [[nodiscard]] int main_thread_of(int process) const {
    const auto actor = std::find_if(script_.actors.begin(), script_.actors.end(),
                                    [process](const auto& other) { return other.process == process; });
    return static_cast<int>(actor - script_.actors.begin());
  }

  model::Script& script_;
  unsigned abilities_;
  bool in_race_ = false;
  bool race_has_call_ = false;
};

// The index of the first entry that `same` holds for, or the table's size.
template <typename Table, typename Same>
std::size_t index_of(const Table& table, Same same) {
  return static_cast<std::size_t>(std::find_if(table.begin(), table.end(), same) - table.begin());
}

// What a move says of a step: all but who does it to which lock.
Step without_names(Step step) {
  step.actor = step.actor < 0 ? -1 : 0;
  step.process = step.process < 0 ? -1 : 0;
  step.call.lock = 0;
  step.expectation = {};
  step.line = 0;
  return step;
}

std::uint8_t byte(std::size_t value) { return static_cast<std::uint8_t>(value); }

}  // namespace

Plan decode(std::span<const std::uint8_t> bytes) {
  std::size_t at = 0;
  const auto next = [&]() -> std::uint8_t { return at < bytes.size() ? bytes[at++] : std::uint8_t{0}; };
  Plan plan;
  plan.layout = next();
  plan.locks = next();
  const std::size_t steps = next() % (kStepsMax + 1);
  plan.steps.reserve(steps);
  for (std::size_t step = 0; step < steps && at < bytes.size(); ++step) {
    const std::uint8_t who = next();
    plan.steps.push_back({who, next()});
  }
  const std::size_t choices = std::min(bytes.size() - at, kChoicesMax);
  plan.choices.assign(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                      bytes.begin() + static_cast<std::ptrdiff_t>(at + choices));
  return plan;
}

std::vector<std::uint8_t> encode(const Plan& plan) {
  LOCKSTEP_CHECK(plan.steps.size() <= kStepsMax && plan.choices.size() <= kChoicesMax);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(kPlanBytesMax);
  bytes.assign({plan.layout, plan.locks, byte(plan.steps.size())});
  for (const PlannedStep& step : plan.steps) {
    bytes.push_back(step.who);
    bytes.push_back(step.what);
  }
  bytes.insert(bytes.end(), plan.choices.begin(), plan.choices.end());
  return bytes;
}

model::Script script_of(const Plan& plan, unsigned abilities) {
  model::Script script;
  write_head(layout_of(plan, abilities), plan, script);
  script.steps.reserve(plan.steps.size() + 1);
  StepWriter writer(script, abilities);
  for (const PlannedStep& step : plan.steps) {
    writer.add(step);
  }
  writer.finish();
  script.schedule.assign(plan.choices.begin(), plan.choices.end());
  return script;
}

Plan plan_of(const model::Script& script) {
  Plan plan;
  plan.layout = byte(index_of(layouts(), [&](const Layout& layout) {
    bool same = static_cast<std::size_t>(layout.actors) == script.actors.size();
    for (std::size_t actor = 0; same && actor < script.actors.size(); ++actor) {
      same = layout.process[actor] == script.actors[actor].process;
    }
    return same;
  }));
  plan.locks = byte(index_of(lock_sets(), [&](const std::vector<model::LockKind>& kinds) {
    return std::equal(kinds.begin(), kinds.end(), script.locks.begin(), script.locks.end(),
                      [](model::LockKind kind, const model::LockDeclaration& lock) { return kind == lock.kind; });
  }));
  for (const Step& step : script.steps) {
    const Step bare = without_names(step);
    const std::size_t what = index_of(moves(), [&](const Move& move) { return without_names(move.step) == bare; });
    if (what < moves().size() && plan.steps.size() < kStepsMax) {
      const auto lock = static_cast<unsigned>(step.kind == StepKind::kCall ? step.call.lock : 0);
      const auto actor = static_cast<unsigned>(
          step.process >= 0
              ? std::max(0, static_cast<int>(index_of(
                                script.actors, [&](const auto& other) { return other.process == step.process; })))
              : std::max(0, step.actor));
      plan.steps.push_back({byte(actor | lock << kLockShift), byte(what)});
    }
  }
  for (const std::uint32_t choice : script.schedule) {
    if (plan.choices.size() < kChoicesMax) {
      plan.choices.push_back(byte(choice));
    }
  }
  return plan;
}

}  // namespace lockstep::fuzz
