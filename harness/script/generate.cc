#include "harness/script/generate.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "harness/base/check.h"
#include "harness/script/generator.h"
#include "harness/script/names.h"
#include "harness/script/times.h"

namespace lockstep::script {
namespace {

using model::Method;
using model::Step;
using model::StepKind;

// Two numbers into one, so that neighbouring seeds and neighbouring indices share nothing.
std::uint64_t mix(std::uint64_t seed, std::uint64_t index) {
  base::Random outer(seed);
  base::Random inner(outer.next() ^ (index * 0xd1342543de82ef95ULL));
  return inner.next();
}

}  // namespace

model::Script generate(const Profile& profile, std::uint64_t seed, std::uint64_t index) {
  LOCKSTEP_CHECK(is_valid(profile));
  return Generator(profile, seed, index).run();
}

Generator::Generator(const Profile& profile, std::uint64_t seed, std::uint64_t index)
    : profile_(profile), random_(mix(seed, index)) {}

model::Script Generator::run() {
  write_head();
  choose_weights();
  script_.steps.reserve(static_cast<std::size_t>(profile_.steps));
  while (script_.steps.size() < static_cast<std::size_t>(profile_.steps) && write_step()) {
  }
  return std::move(script_);
}

void Generator::write_head() {
  script_.locks.reserve(2);
  script_.processes.reserve(kProcessesMax);
  script_.actors.reserve(kActorsMax);
  const int locks = profile_.locks_max == 2 && random_.chance(40) ? 2 : 1;
  for (int i = 0; i < locks; ++i) {
    const bool recursive = profile_.rlock && (!profile_.lock || random_.chance(50));
    const model::LockKind kind = recursive ? model::LockKind::kRLock : model::LockKind::kLock;
    script_.locks.push_back({lock_name(i), kind});
    sketch_.add_lock(kind);
  }
  int actors = profile_.actors_min + below(profile_.actors_max - profile_.actors_min + 1);
  if (profile_.actors_min <= 3 && profile_.actors_max >= 3 && random_.chance(25)) {
    actors = 3;
  }
  // Every actor but the first begins a process of its own or is one more thread of the last one.
  const std::uint32_t split_percent = random_.chance(50) ? 100 : 50;
  int process = -1;
  for (int i = 0; i < actors; ++i) {
    const bool main_thread = i == 0 || random_.chance(split_percent);
    process = main_thread ? add_process("") : process;
    script_.processes[static_cast<std::size_t>(process)].started_by_step = false;
    add_actor(process, main_thread);
    script_.actors.back().started_by_step = false;
  }
}

void Generator::choose_weights() {
  constexpr std::array<std::uint32_t, kActions> kBase = {5, 2, 5, 7, 1, 4, 1, 1, 1, 2, 2, 2, 2, 1, 2, 2, 2, 1};
  edges_ = random_.chance(static_cast<std::uint32_t>(profile_.edge_percent));
  const bool lifecycle = random_.chance(static_cast<std::uint32_t>(profile_.lifecycle_percent));
  for (std::size_t i = 0; i < kActions; ++i) {
    const bool possible = i >= kStartThread                ? lifecycle && !(i == kClock && profile_.real_time)
                          : i == kRace                     ? profile_.races
                          : i == kRepr                     ? profile_.reprs
                          : i == kOddBlock || i == kLocked ? profile_.edition_edges
                                                           : true;
    // Drawn in any case: one flag more or less must not change what the others get.
    const std::uint32_t factor = 1 + random_.below(4);
    const bool chosen = random_.chance(75);
    weights_[i] = possible && chosen ? kBase[i] * factor : 0;
  }
  if (weights_[kAcquire] + weights_[kTimed] == 0) {
    weights_[random_.chance(50) ? kAcquire : kTimed] = 8;
  }
  for (const std::uint32_t weight : weights_) {
    weight_ += weight;
  }
}

Generator::Action Generator::pick_action() {
  std::uint32_t left = random_.below(weight_);
  std::size_t action = 0;
  while (left >= weights_[action]) {
    left -= weights_[action++];
  }
  return static_cast<Action>(action);
}

// False if nothing can happen any more.
bool Generator::write_step() {
  if (sketch_.idle() == 0) {
    return wake_somebody();
  }
  // What can't be done now, or would be dull, gives way to a call, which always can.
  return take(pick_action()) || take(random_.chance(50) ? kTimed : kRelease);
}

bool Generator::wake_somebody() {
  if (stopped_ >= 0) {
    return stop();
  }
  if (sketch_.next_deadline() == Sketch::kForever) {
    return false;
  }
  pause();
  return true;
}

bool Generator::take(Action action) {
  const Sketch::Actors idle = sketch_.idle();
  const int room = profile_.steps - static_cast<int>(script_.steps.size());
  if (action == kPause) {
    // Time that nobody waits for is dull, but a lock might mind it.
    if (sketch_.next_deadline() == Sketch::kForever && !random_.chance(10)) {
      return false;
    }
    pause();
    return true;
  }
  if (action == kRace) {
    if (std::popcount(idle) < 2 || room < 4) {
      return false;
    }
    race();
    return true;
  }
  if (action >= kStartThread) {
    return lifecycle(action);
  }
  write_call(action, idle);
  return true;
}

void Generator::write_call(Action action, Sketch::Actors actors) {
  switch (action) {
    case kRelease:
      return release(actors);
    case kRepr:
      return plain(Method::kRepr, actors);
    case kLocked:
      return plain(Method::kLocked, actors);
    default:
      return acquire(action, actors);
  }
}

void Generator::plain(Method method, Sketch::Actors actors) {
  const int actor = pick(actors);
  add_call({actor, below(sketch_.lock_count())}, method);
}

int Generator::pick(Sketch::Actors actors) {
  for (std::uint32_t skip = random_.below(static_cast<std::uint32_t>(std::popcount(actors))); skip > 0; --skip) {
    actors &= actors - 1;
  }
  return std::countr_zero(actors);
}

Step& Generator::add_call(Aim aim, Method method) {
  Step& step = add_step(StepKind::kCall);
  step.actor = aim.actor;
  step.call.lock = aim.lock;
  step.call.method = method;
  return step;
}

// Two thirds of the acquires go to a held lock, by somebody else: waits are what locks are about.
Generator::Aim Generator::aim_at_held(Sketch::Actors actors) {
  Aim aim = {pick(actors), below(sketch_.lock_count())};
  if (!random_.chance(65)) {
    return aim;
  }
  if (sketch_.holder(aim.lock) < 0) {
    aim.lock = (aim.lock + 1) % sketch_.lock_count();
  }
  const int holder = sketch_.holder(aim.lock);
  const Sketch::Actors others = holder < 0 ? actors : actors & ~(1U << static_cast<unsigned>(holder));
  aim.actor = others != 0 ? pick(others) : aim.actor;
  return aim;
}

void Generator::acquire(Action action, Sketch::Actors actors) {
  const Aim aim = aim_at_held(actors);
  // Should the last one awake wait for good, nothing would happen any more: it releases or tries instead, mostly.
  const bool endless = action == kAcquire || action == kWith || action == kOddBlock;
  if (endless && std::has_single_bit(sketch_.idle()) && sketch_.would_block(aim.actor, aim.lock) &&
      sketch_.next_deadline() == Sketch::kForever && !random_.chance(3)) {
    return random_.chance(80) ? release(actors) : acquire(kTry, actors);
  }
  if (action == kWith) {
    add_call(aim, Method::kWith).call.body_raises = random_.chance(30);
    return sketch_.acquire(aim.actor, aim.lock, Sketch::kForever, true);
  }
  model::Call& call = add_call(aim, Method::kAcquire).call;
  std::int64_t timeout = Sketch::kForever;
  if (action == kTry) {
    call.arguments.push_back({random_.chance(70) ? "" : "block", "False"});
    timeout = 0;
  } else if (action == kTimed) {
    timeout = write_timeout(call);
  } else if (action == kOddBlock) {
    constexpr std::array<const char*, 8> kBlocks = {"None", "0.5", "\"x\"", "2**31", "-1", "0.0", "256", "\"\""};
    call.arguments.push_back({random_.chance(70) ? "" : "block", kBlocks[random_.below(kBlocks.size())]});
    timeout = 0;
  } else if (random_.chance(10)) {
    call.arguments.push_back({random_.chance(50) ? "" : "block", "True"});
  }
  sketch_.acquire(aim.actor, aim.lock, timeout);
}

// How long the call would wait, in nanoseconds.
std::int64_t Generator::write_timeout(model::Call& call) {
  const std::uint32_t form = random_.below(100);
  if (form < 15) {
    call.arguments.push_back({"", form < 3 ? "False" : "True"});
  }
  const std::string keyword = form < 8 ? "" : "timeout";
  if (edges_ && random_.chance(50)) {
    const EdgeTimeout& edge = pick_edge(random_, profile_.real_time);
    call.arguments.push_back({keyword, edge.spelling});
    return form < 3 ? 0 : edge.nanoseconds;
  }
  model::Seconds time = pick_time(random_, profile_.real_time);
  call.arguments.push_back({keyword, std::move(time.spelling)});
  return form < 3 ? 0 : time.nanoseconds;
}

void Generator::release(Sketch::Actors actors) {
  Aim aim = {pick(actors), below(sketch_.lock_count())};
  const bool dull = sketch_.holder(aim.lock) < 0 || (sketch_.waiting_for(aim.lock) == 0 && random_.chance(50));
  if (dull) {
    aim.lock = (aim.lock + 1) % sketch_.lock_count();
  }
  const int holder = sketch_.holder(aim.lock);
  if (holder < 0 && random_.chance(80)) {
    return acquire(kTimed, actors);  // nothing is held: one release in five may find that out
  }
  // By its holder mostly; a Lock may be released by anybody, and an RLock that is gets an error.
  const bool may = holder >= 0 && (actors >> static_cast<unsigned>(holder) & 1U) != 0;
  if (may && random_.chance(sketch_.kind(aim.lock) == model::LockKind::kLock ? 75 : 90)) {
    aim.actor = holder;
  }
  add_call(aim, Method::kRelease);
  sketch_.release(aim.actor, aim.lock);
}

void Generator::pause() {
  const std::int64_t deadline = sketch_.next_deadline();
  const bool aimed = deadline != Sketch::kForever && (sketch_.idle() == 0 || random_.chance(90));
  model::Seconds seconds =
      aimed ? pick_pause(random_, profile_.real_time, deadline) : pick_time(random_, profile_.real_time);
  sketch_.pass(seconds.nanoseconds);
  add_step(StepKind::kPause).seconds = std::move(seconds);
}

void Generator::race() {
  add_step(StepKind::kRace);
  Sketch::Actors free = sketch_.idle();
  const int room = profile_.steps - static_cast<int>(script_.steps.size()) - 1;
  int calls = std::min({std::popcount(free), room, 2 + below(2)});
  // The sketch runs the calls one by one, so an actor that it blocks may not be in the race a second time either.
  for (; calls > 0 && free != 0; --calls) {
    const std::size_t before = script_.steps.size();
    constexpr std::array<Action, 5> kCalls = {kAcquire, kTry, kTimed, kRelease, kWith};
    write_call(kCalls[random_.below(kCalls.size())], free);
    free &= ~(1U << static_cast<unsigned>(script_.steps[before].actor));
  }
  add_step(StepKind::kEnd);
}

}  // namespace lockstep::script
