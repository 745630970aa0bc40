#include <algorithm>
#include <bit>
#include <stdexcept>

#include "impl/platform/deadline.h"
#include "impl/platform/sim/sim_word.h"
#include "impl/platform/sim/world.h"

// What may happen next in a World, and how it happens.
namespace lockstep::impl::sim {

void World::schedule(bool goes_on) {
  for (;;) {
    list_options(goes_on);
    if (options_count_ == 0) {
      end(asleep_count_ == 0 ? Ending::kFinished : Ending::kDeadlock, "");
      return;
    }
    std::uint32_t choice = 0;
    if (options_count_ > 1 && !in_turn_) {
      const Decision decision{.kind = Decision::Kind::kNext,
                              .goes_on = goes_on,
                              .count = options_count_,
                              .options = {options_.data(), options_count_}};
      choice = chooser_->choose(decision);
      if (choice >= options_count_) {
        throw std::out_of_range("a choice that is no option");
      }
      result_.preemptions += decision.is_preemption(choice) ? 1 : 0;
    }
    const Option option = options_[choice];
    if (option.what == Option::What::kRun || apply(option)) {
      switch_to(option.subject);
      return;
    }
    goes_on = goes_on && is_ready(running_);
  }
}

void World::list_options(bool goes_on) {
  options_count_ = 0;
  if (goes_on) {
    add_option(Option::What::kRun, running_);
  }
  // In turn: first those after the running thread, then those before it.
  const std::uint32_t others = goes_on ? ready_ & ~bit(running_) : ready_;
  const std::uint32_t after = running_ == kNobody ? others : others & ~(2 * bit(running_) - 1);
  for (std::uint32_t rest = after; rest != 0; rest &= rest - 1) {
    add_option(Option::What::kRun, std::countr_zero(rest));
  }
  for (std::uint32_t rest = others & ~after; rest != 0; rest &= rest - 1) {
    add_option(Option::What::kRun, std::countr_zero(rest));
  }
  if (director_ != nullptr && ready_ == 0) {
    add_option(Option::What::kRun, director_thread_);
    return;
  }
  if (timed_count_ != 0) {
    list_expiries();
  }
  if (extras_ && options_count_ != 0) {  // A run in which nothing else can happen is over.
    list_extras();
  }
}

// The waits that expire first, or are due already.
void World::list_expiries() {
  std::int64_t first_ns = kNoDeadline;
  for (int i = 0; i < asleep_count_; ++i) {
    first_ns = std::min(first_ns, at(asleep_[static_cast<std::size_t>(i)]).deadline_ns);
  }
  for (int i = 0; i < asleep_count_; ++i) {
    const int thread = asleep_[static_cast<std::size_t>(i)];
    if (at(thread).deadline_ns <= std::max(first_ns, now_ns_)) {
      add_option(Option::What::kExpire, thread);
    }
  }
}

void World::list_extras() {
  for (int i = 0; i < asleep_count_ && left_.spurious_max > 0; ++i) {
    add_option(Option::What::kSpurious, asleep_[static_cast<std::size_t>(i)]);
  }
  for (int i = 0; i < asleep_count_ && left_.interrupts_max > 0; ++i) {
    add_option(Option::What::kInterrupt, asleep_[static_cast<std::size_t>(i)]);
  }
  for (int process = 0; process < processes_count_ && left_.kills_max > 0; ++process) {
    const auto lives = [&](const Thread& thread) {
      return thread.process == process && (thread.state == State::kReady || thread.state == State::kAsleep);
    };
    if (std::any_of(threads_.begin(), threads_.begin() + threads_count_, lives)) {
      add_option(Option::What::kKill, process);
    }
  }
  if (left_.clock_steps_max > 0) {
    add_option(Option::What::kClockStep, 0);
  }
  if (pace_ == Pace::kEventRace) {
    add_option(Option::What::kRun, director_thread_);
  }
}

void World::count_extras() {
  extras_ = left_.kills_max > 0 || left_.spurious_max > 0 || left_.interrupts_max > 0 || left_.clock_steps_max > 0 ||
            pace_ == Pace::kEventRace;
}

bool World::apply(Option option) {
  const int subject = option.subject;
  switch (option.what) {
    case Option::What::kRun:
      return true;
    case Option::What::kExpire:
      now_ns_ = std::max(now_ns_, at(subject).deadline_ns);
      rouse(subject, Wake::kTimedOut);
      break;
    case Option::What::kSpurious:
      --left_.spurious_max;
      rouse(subject, Wake::kNotified);
      break;
    case Option::What::kInterrupt:
      --left_.interrupts_max;
      rouse(subject, Wake::kInterrupted);
      break;
    case Option::What::kKill:
      --left_.kills_max;
      kill(subject);
      break;
    case Option::What::kClockStep:
      --left_.clock_steps_max;
      now_ns_ += settings_.clock_step_ns;
      break;
  }
  count_extras();
  return option.what != Option::What::kKill && option.what != Option::What::kClockStep;
}

// Its threads die one after the other, and of each the kernel looks at the pending word: handle_futex_death() in
// kernel/futex/core.c. A wake-up may go to one that is about to die, too; then that one's death passes it on.
void World::kill(int process) {
  for (int thread = 0; thread < threads_count_; ++thread) {
    Thread& dying = at(thread);
    if (dying.process != process || dying.state == State::kFinished || dying.state == State::kDead) {
      continue;
    }
    if (dying.state == State::kAsleep) {
      remove_sleeper(thread);
    }
    dying.state = State::kDead;
    ready_ &= ~bit(thread);
    if (dying.pending != nullptr && dying.pending->peek() == 0) {
      if (const int asleep = sleepers(*dying.pending); asleep != 0) {
        wake_one(*dying.pending, asleep);
      }
    }
  }
}

}  // namespace lockstep::impl::sim
