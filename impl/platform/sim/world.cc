#include "impl/platform/sim/world.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "impl/platform/deadline.h"
#include "impl/platform/sim/sim_word.h"

namespace lockstep::impl::sim {

World::World(const Settings& settings) : settings_(settings) {}

int World::add(int process, Body body, void* object) {
  threads_count_ = program_count_;  // Those that the last run forked are gone.
  place(process, body, object);
  return program_count_++;
}

int World::place(int process, Body body, void* object) {
  if (threads_count_ == static_cast<int>(kThreadsMax)) {
    throw std::length_error("too many simulated threads");
  }
  Thread& placed = at(threads_count_);
  placed.body = body;
  placed.object = object;
  placed.process = process;
  placed.world = this;
  if (!placed.fiber) {
    placed.fiber.emplace(enter, &placed);
  }
  return threads_count_++;
}

int World::fork(Body body, void* object) {
  const int child = place(processes_count_++, body, object);
  begin(child);
  at(child).view = view();
  at(child).view.clocks[static_cast<std::size_t>(child)] = 1;
  tick();
  return child;
}

void World::begin(int thread) {
  Thread& begun = at(thread);
  const bool rests = director_ != nullptr && thread != director_thread_;
  begun.state = rests ? State::kResting : State::kReady;
  begun.asleep_on = nullptr;
  begun.pending = nullptr;
  begun.view = {};
  begun.view.clocks[static_cast<std::size_t>(thread)] = 1;
  begun.fiber->restart();
  ready_ |= director_ != nullptr ? 0 : bit(thread);
  processes_count_ = std::max(processes_count_, begun.process + 1);
}

Result World::run(Chooser& chooser) {
  ++runs_;
  chooser_ = &chooser;
  result_ = {};
  left_ = settings_;
  pace_ = director_ == nullptr ? Pace::kRace : Pace::kInTurn;
  in_turn_ = director_ != nullptr;
  count_extras();
  now_ns_ = kStart_ns;
  sequential_ = {};
  ready_ = 0;
  timed_count_ = 0;
  asleep_count_ = 0;
  threads_count_ = program_count_;
  processes_count_ = 0;
  for (SimWord* word : words_) {
    if (word != nullptr) {
      word->reset();
    }
  }
  for (int thread = 0; thread < threads_count_; ++thread) {
    begin(thread);
  }
  schedule(false);
  return result_;
}

void World::enter(void* thread) {
  Thread& self = *static_cast<Thread*>(thread);
  self.world->fresh_ = true;
  self.body(self.object);
  self.world->fresh_ = false;
  self.state = State::kFinished;
  self.world->ready_ &= ~bit(self.world->running_);
  self.world->schedule(false);
}

void World::end(Ending ending, const char* why) {
  result_.ending = ending;
  result_.why = why;
  if (running_ != kNobody) {
    Fiber& left = *at(running_).fiber;
    running_ = kNobody;
    Fiber::switch_to(left, main_);
  }
}

void World::switch_to(int thread) {
  if (thread != running_) {
    Fiber& left = running_ == kNobody ? main_ : *at(running_).fiber;
    running_ = thread;
    ran_ |= bit(thread);
    Fiber::switch_to(left, *at(thread).fiber);
  }
}

std::uint32_t World::choose(Decision::Kind kind, std::uint32_t count) {
  if (count < 2 || (in_turn_ && kind != Decision::Kind::kWake)) {
    return 0;
  }
  const std::uint32_t choice = chooser_->choose({.kind = kind, .goes_on = false, .count = count, .options = {}});
  if (choice >= count) {
    throw std::out_of_range("a choice that is no option");
  }
  return choice;
}

Wake World::sleep(const SimWord& word, std::uint32_t expected, std::int64_t deadline_ns) {
  step();
  if (word.look() != expected) {
    return Wake::kNotified;
  }
  if (director_ != nullptr) {
    director_->falls_asleep(running_);
  }
  Thread& self = at(running_);
  self.state = State::kAsleep;
  self.asleep_on = &word;
  self.deadline_ns = deadline_ns;
  timed_count_ += deadline_ns == kNoDeadline ? 0 : 1;
  asleep_[static_cast<std::size_t>(asleep_count_++)] = static_cast<std::uint8_t>(running_);
  ready_ &= ~bit(running_);
  schedule(false);
  fresh_ = true;
  return self.woken;
}

int World::wake(const SimWord& word, int count) {
  step();
  const int asleep = sleepers(word);
  const int woken = std::min(asleep, count);
  for (int i = 0; i < woken; ++i) {
    wake_one(word, asleep - i);
  }
  return woken;
}

int World::sleepers(const SimWord& word) const {
  const auto end = asleep_.begin() + asleep_count_;
  return static_cast<int>(
      std::count_if(asleep_.begin(), end, [&](std::uint8_t thread) { return at(thread).asleep_on == &word; }));
}

// One of the `sleepers` of a word, which are not 0.
void World::wake_one(const SimWord& word, int sleepers) {
  std::uint32_t choice = choose(Decision::Kind::kWake, static_cast<std::uint32_t>(sleepers));
  for (int i = 0; i < asleep_count_; ++i) {
    const int thread = asleep_[static_cast<std::size_t>(i)];
    if (at(thread).asleep_on == &word && choice-- == 0) {
      rouse(thread, Wake::kNotified);
      return;
    }
  }
}

void World::remove_sleeper(int thread) {
  const auto end = asleep_.begin() + asleep_count_;
  const auto found = std::find(asleep_.begin(), end, thread);
  std::copy(found + 1, end, found);
  --asleep_count_;
  timed_count_ -= at(thread).deadline_ns == kNoDeadline ? 0 : 1;
  at(thread).asleep_on = nullptr;
}

void World::rouse(int thread, Wake why) {
  remove_sleeper(thread);
  at(thread).state = State::kReady;
  at(thread).woken = why;
  ready_ |= bit(thread);
}

const SimWord* World::set_pending(const SimWord* word) { return std::exchange(at(running_).pending, word); }

int World::enlist(SimWord& word) {
  const auto free = std::find(words_.begin(), words_.end(), nullptr);
  if (free == words_.end()) {
    throw std::length_error("too many simulated words");
  }
  *free = &word;
  return static_cast<int>(free - words_.begin());
}

void World::renumber(int index, std::int32_t place) {
  for (Thread& thread : threads_) {
    thread.view.make_room(static_cast<std::size_t>(index), place);
  }
  for (SimWord* word : words_) {
    if (word != nullptr) {
      word->renumber(index, place);
    }
  }
  std::int32_t& seen = sequential_[static_cast<std::size_t>(index)];
  seen += seen >= place ? 1 : 0;
}

std::string World::describe() const {
  std::string result;
  for (int thread = 0; thread < threads_count_; ++thread) {
    const Thread& told = at(thread);
    if (told.state == State::kFinished) {
      continue;
    }
    result += (result.empty() ? "thread " : "; thread ") + std::to_string(thread) + " of process " +
              std::to_string(told.process);
    if (told.state == State::kAsleep) {
      result += " sleeps on word " + std::to_string(told.asleep_on->index());
    } else {
      result += told.state == State::kDead ? " was killed" : " could go on";
    }
  }
  return result;
}

}  // namespace lockstep::impl::sim
