#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "impl/platform/platform.h"
#include "impl/platform/sim/chooser.h"
#include "impl/platform/sim/director.h"
#include "impl/platform/sim/fiber.h"
#include "impl/platform/sim/view.h"

namespace lockstep::impl::sim {

class SimWord;

// What may happen in a run beyond threads that take turns. The defaults keep the number of runs small.
struct Settings {
  int spins = 0;            // Platform::spins().
  int processors = 8;       // Process p runs on processor p % processors: see Platform::beside_me().
  bool weak_memory = true;  // Otherwise loads read the newest store and stores go last: sequential consistency.
  int kills_max = 0;        // Processes that may die, at any scheduling point.
  int spurious_max = 0;     // Waits that may return though nobody woke them.
  int interrupts_max = 0;   // Waits that a signal may interrupt.
  int clock_steps_max = 0;  // How often time may pass, clock_step_ns at a time, while threads run.
  std::int64_t clock_step_ns = 1'000'000'000;
  std::uint32_t steps_max = 10'000;  // Scheduling points; a run that needs more is likely to go on for ever.
};

enum class Ending : std::uint8_t {
  kFinished,  // Every thread returned or was killed.
  kDeadlock,  // The threads that are left sleep, and nothing will wake them.
  kBudget,    // Settings::steps_max.
  kRace,      // SimCell: two accesses, one a write, neither of which happens before the other.
  kFailed,    // World::check().
};

struct Result {
  Ending ending = Ending::kFinished;
  const char* why = "";  // Of kRace and kFailed.
  std::uint32_t steps = 0;
  std::uint32_t preemptions = 0;
};

// A simulated machine: up to kThreadsMax threads in as many processes, words that they share, sleepers, and a monotonic
// clock. Threads are fibers and take turns at scheduling points: before every operation on a word, every wait and every
// wake. What happens at each is for a Chooser to say.
//
// A run is a function of the threads and the answers, so bodies must begin with the same state each time; words and
// cells are reset, other objects are the caller's to renew. A body that is killed, or still asleep when the run ends,
// is abandoned: its destructors don't run, so it must own nothing that they would give back.
//
// Left out: a process dies at once, with no steps of others between the deaths of its threads; and sleeping, waking and
// the clock order nothing in memory, which is less than the kernel gives.
class World {
 public:
  enum class State : std::uint8_t { kReady, kAsleep, kResting, kFinished, kDead };

  explicit World(const Settings& settings = {});

  // A thread of the program, in the simulated process of that number, from 0 on. `body` is called in every run and must
  // live as long. Throws std::length_error beyond kThreadsMax. Returns the thread's number, from 0 on.
  template <class Body>
  int add_thread(int process, Body& body) {
    return add(
        process, [](void* object) { (*static_cast<Body*>(object))(); }, &body);
  }

  // From now on the director's thread, one more, begins the runs and ends them; the others rest until it resumes them.
  // Throws std::length_error beyond kThreadsMax. REQUIRES: every other thread has been added.
  void set_director(Director& director);
  // Takes the threads away, and the director, so that others can be added.
  void clear();

  // A run from the beginning to its end.
  Result run(Chooser& chooser);

  // For bodies. A scheduling point of no effect.
  void step() {
    if (++result_.steps > settings_.steps_max) [[unlikely]] {
      end(Ending::kBudget, "");
    }
    if (std::exchange(fresh_, false)) {
      return;
    }
    if (!in_turn_ && (ready_ != bit(running_) || timed_count_ != 0 || extras_)) {
      schedule(true);
    }
  }
  // A scheduling point that is the one of the next operation, too: what the thread does in between is part of that.
  void begin_step() {
    fresh_ = false;
    step();
    fresh_ = true;
  }
  // Waits for the director to resume() this thread.
  void rest();
  // The caller has seen that the process is dead: it reads nothing older than what that process had stored, for a
  // process ends in the kernel, when the stores of its processor are out. No happens-before.
  void see_death(int process) {
    for (int thread = 0; thread < threads_count_; ++thread) {
      if (at(thread).process == process) {
        View::join(view().stores, at(thread).view.stores);
      }
    }
  }
  // What this thread has seen may be seen by all who say so later, as if sequentially consistent fences stood here. No
  // happens-before.
  void fence() {
    View::join(view().stores, sequential_);
    View::join(sequential_, view().stores);
  }
  // Ends the run as kFailed if `holds` is false.
  void check(bool holds, const char* why) {
    if (!holds) [[unlikely]] {
      end(Ending::kFailed, why);
    }
  }
  // A new process with a thread of its own, for this run only, as fork(2) makes one. What the calling thread did
  // happens before it.
  template <class Body>
  int fork(Body& body) {
    return fork([](void* object) { (*static_cast<Body*>(object))(); }, &body);
  }

  // How threads run while the director waits.
  enum class Pace : std::uint8_t {
    kInTurn,  // Each until it rests or sleeps; time stands still, and which sleeper a wake() takes is the one choice.
    kRace,    // In every way.
    kEventRace,  // The same, and the director itself may come at any scheduling point.
  };
  // For the director. Returns when no other thread is ready; under kEventRace perhaps sooner. Then, unless others are
  // ready, what they did happens before what comes.
  void let_run(Pace pace);
  // A resting thread will go on, after what the director has seen.
  void resume(int thread);
  // Lets time pass until the first deadline of a sleeper, which wakes, or if there is none by then, until `until_ns`:
  // then it returns false.
  bool pass_time(std::int64_t until_ns);
  // All threads of the process die.
  void kill(int process);

  [[nodiscard]] std::int64_t now_ns() const { return now_ns_; }
  [[nodiscard]] int running() const { return running_; }
  [[nodiscard]] int process_of(int thread) const { return at(thread).process; }
  [[nodiscard]] State state(int thread) const { return at(thread).state; }
  // The word that a thread sleeps on, or null.
  [[nodiscard]] const SimWord* asleep_on(int thread) const { return at(thread).asleep_on; }
  [[nodiscard]] const Settings& settings() const { return settings_; }
  // Every thread that did not finish, and where it is: "thread 1 of process 0 sleeps on word 2".
  [[nodiscard]] std::string describe() const;

  // For SimWord, SimCell and SimPlatform.
  int enlist(SimWord& word);
  void delist(int index) { words_[static_cast<std::size_t>(index)] = nullptr; }
  [[nodiscard]] View& view() { return threads_[static_cast<std::size_t>(running_)].view; }
  [[nodiscard]] View::Stores& sequential() { return sequential_; }  // What seq_cst operations have seen.
  // Makes room at `place` among the stores of a word: the later ones move up in every view.
  void renumber(int index, std::int32_t place);
  // What happened up to now in the running thread is told from what comes.
  void tick() { ++view().clocks[static_cast<std::size_t>(running_)]; }
  [[nodiscard]] std::uint32_t choose(Decision::Kind kind, std::uint32_t count);
  [[nodiscard]] std::uint64_t runs() const { return runs_; }
  void race(const char* why) { end(Ending::kRace, why); }
  // Each begins with a scheduling point.
  [[nodiscard]] Wake sleep(const SimWord& word, std::uint32_t expected, std::int64_t deadline_ns);
  int wake(const SimWord& word, int count);
  // The word for which the thread's death wakes a sleeper, or null; returns the one before.
  const SimWord* set_pending(const SimWord* word);

 private:
  using Body = void (*)(void*);

  struct Thread {
    Body body = nullptr;
    void* object = nullptr;
    int process = 0;
    State state = State::kReady;
    Wake woken = Wake::kNotified;
    const SimWord* asleep_on = nullptr;
    const SimWord* pending = nullptr;
    std::int64_t deadline_ns = 0;
    View view;
    World* world = nullptr;
    std::optional<Fiber> fiber;
  };

  [[nodiscard]] const Thread& at(int thread) const { return threads_[static_cast<std::size_t>(thread)]; }
  [[nodiscard]] Thread& at(int thread) { return threads_[static_cast<std::size_t>(thread)]; }
  static std::uint32_t bit(int thread) { return 1U << static_cast<unsigned>(thread); }
  [[nodiscard]] bool is_ready(int thread) const { return (ready_ & bit(thread)) != 0; }
  int add(int process, Body body, void* object);
  int place(int process, Body body, void* object);
  int fork(Body body, void* object);
  void begin(int thread);
  static void enter(void* thread);

  // Decides what happens next and makes it happen. Returns in the running thread when that goes on.
  void schedule(bool goes_on);
  void list_options(bool goes_on);
  void list_expiries();
  void list_extras();
  void add_option(Option::What what, int subject) {
    options_[options_count_++] = {what, static_cast<std::uint8_t>(subject)};
  }
  void count_extras();
  // True if the option's thread runs next; false if there is more to decide.
  bool apply(Option option);
  void wake_one(const SimWord& word, int sleepers);
  [[nodiscard]] int sleepers(const SimWord& word) const;
  void remove_sleeper(int thread);
  void rouse(int thread, Wake why);
  void switch_to(int thread);
  void end(Ending ending, const char* why);

  static constexpr int kNobody = -1;  // Between runs, the caller of run().
  static constexpr std::int64_t kStart_ns = 1'000'000'000;
  // A run, an expiry, a spurious return and an interrupt a thread, a death a process, and a step of the clock.
  static constexpr std::size_t kOptionsMax = 5 * kThreadsMax + 1;

  Settings settings_;
  Settings left_;  // Of the run's budgets.
  Chooser* chooser_ = nullptr;
  Result result_;
  std::int64_t now_ns_ = kStart_ns;
  std::uint64_t runs_ = 0;
  int running_ = kNobody;
  int threads_count_ = 0;  // Of the run; the program's come first.
  int program_count_ = 0;
  int processes_count_ = 0;
  int timed_count_ = 0;  // Sleepers that have a deadline.
  int asleep_count_ = 0;
  std::uint32_t ready_ = 0;  // A bit a thread; the director's is never set.
  int director_thread_ = kNobody;
  Director* director_ = nullptr;
  Pace pace_ = Pace::kRace;
  bool in_turn_ = false;   // pace_ is kInTurn.
  std::uint32_t ran_ = 0;  // Threads that ran since the director did.
  bool fresh_ = false;     // It was just decided that the running thread starts or wakes, so its first step is as well.
  bool extras_ = false;    // Whether list_extras() might list any.
  std::array<std::uint8_t, kThreadsMax> asleep_{};  // First in first out.
  std::array<Option, kOptionsMax> options_{};
  std::uint32_t options_count_ = 0;
  std::array<SimWord*, kWordsMax> words_{};
  View::Stores sequential_{};
  Fiber main_;
  std::array<Thread, kThreadsMax> threads_;
};

}  // namespace lockstep::impl::sim
