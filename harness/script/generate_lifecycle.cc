#include <algorithm>
#include <utility>

#include "harness/script/generator.h"
#include "harness/script/names.h"
#include "harness/script/times.h"

namespace lockstep::script {

using model::Step;
using model::StepKind;

Step& Generator::add_step(StepKind kind) {
  Step& step = script_.steps.emplace_back();
  step.kind = kind;
  return step;
}

int Generator::add_process(std::string name) {
  const int index = static_cast<int>(script_.processes.size());
  script_.processes.push_back({name.empty() ? process_name(index) : std::move(name), true});
  return index;
}

int Generator::add_actor(int process, bool main_thread) {
  const int index = static_cast<int>(script_.actors.size());
  script_.actors.push_back({actor_name(index), process, main_thread, true});
  sketch_.add_actor(process);
  return index;
}

bool Generator::lifecycle(Action action) {
  switch (action) {
    case kStartThread:
    case kStartProcess:
    case kFork:
      return start(action);
    case kExit:
    case kKill:
      return end(action);
    case kStop:
      return stop();
    case kSignal:
      return signal();
    default:
      add_step(StepKind::kClock).seconds = pick_time(random_, false);
      return true;
  }
}

bool Generator::start(Action action) {
  if (script_.actors.size() >= kActorsMax || (action != kStartThread && script_.processes.size() >= kProcessesMax)) {
    return false;
  }
  const int actor = pick(sketch_.idle());
  if (action == kStartThread) {
    const int process = script_.actors[static_cast<std::size_t>(actor)].process;
    Step& step = add_step(StepKind::kStartThread);
    step.process = process;
    step.new_actor = add_actor(process, false);
    return true;
  }
  const bool fork = action == kFork;
  const int process = add_process(fork ? actor_name(static_cast<int>(script_.actors.size())) : "");
  Step& step = add_step(fork ? StepKind::kFork : StepKind::kStartProcess);
  step.actor = actor;
  step.process = process;
  step.new_actor = add_actor(process, true);
  return true;
}

// Never the last ones that are awake: there would be nobody left to notice.
bool Generator::end(Action action) {
  const int actor = pick(sketch_.idle());
  const model::ActorDeclaration& declaration = script_.actors[static_cast<std::size_t>(actor)];
  const bool whole = action == kKill || declaration.main_thread;
  const Sketch::Actors ending = whole ? sketch_.in_process(declaration.process) : 1U << static_cast<unsigned>(actor);
  if ((sketch_.idle() & ~ending) == 0) {
    return false;
  }
  sketch_.end(ending);
  Step& step = add_step(action == kKill ? StepKind::kKill : StepKind::kExit);
  (action == kKill ? step.process : step.actor) = action == kKill ? declaration.process : actor;
  return true;
}

// Stops a process with somebody else awake, or lets the stopped one continue.
bool Generator::stop() {
  if (stopped_ >= 0) {
    sketch_.set_stopped(sketch_.in_process(stopped_), false);
    add_step(StepKind::kContinue).process = std::exchange(stopped_, -1);
    return true;
  }
  const int process = below(static_cast<int>(script_.processes.size()));
  const Sketch::Actors members = sketch_.in_process(process);
  if ((members & (sketch_.idle() | sketch_.waiting())) == 0 || (sketch_.idle() & ~members) == 0) {
    return false;
  }
  stopped_ = process;
  sketch_.set_stopped(members, true);
  add_step(StepKind::kStop).process = process;
  return true;
}

// To a main thread that waits, if there is one.
bool Generator::signal() {
  Sketch::Actors main_threads = 0;
  for (std::size_t i = 0; i < script_.actors.size(); ++i) {
    const bool stopped = script_.actors[i].process == stopped_;
    main_threads |= script_.actors[i].main_thread && !stopped ? 1U << i : 0U;
  }
  const Sketch::Actors waiting = main_threads & sketch_.waiting();
  const Sketch::Actors possible = waiting != 0 ? waiting : main_threads & sketch_.idle();
  if (possible == 0) {
    return false;
  }
  const int actor = pick(possible);
  const bool raises = random_.chance(50);
  if (raises) {
    sketch_.interrupt(actor);
  }
  Step& step = add_step(StepKind::kSignal);
  step.actor = actor;
  step.handler_raises = raises;
  return true;
}

}  // namespace lockstep::script
