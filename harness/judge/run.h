#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/judge/configuration.h"
#include "harness/judge/explain.h"
#include "harness/spec/request.h"
#include "harness/spec/state.h"
#include "harness/spec/step.h"
#include "harness/trace/stage.h"

namespace lockstep::judge {

// A call between its kInvoked and its kReturned event: what the trace shows of it, the same in every configuration.
struct OpenCall {
  int step = -1;
  spec::Request request;
  std::int64_t deadline_min_ns = 0;  // not before it may a timed call expire,
  std::int64_t deadline_max_ns = 0;  // and after it, it may not wait any longer
  std::int64_t excused_ns = 0;       // nor return later than this, if its process was stopped or the clock stepped
  bool blocked = false;              // its kBlocked event has been seen
  bool settled = false;              // it was seen blocked at a quiescent point
  bool signalled = false;
  bool signal_may_come = false;
};

// What a call may come to, for findings.
struct Possible {
  std::vector<spec::Progress> replies;
  bool blocks = false;
  spec::Clause clause = spec::Clause::kAcquireHeld;  // of the first of them
};

// One trace followed through one script. Internal to the judge; explain.h has the contract.
class Explainer::Run {
 public:
  explicit Run(spec::Options options) : options_(options) {}

  [[nodiscard]] Finding explain(const model::Script& script, const trace::Trace& trace, std::vector<bool>* determined);

 private:
  // explain.cc: the events. Each returns whether the trace is still explained; if not, finding_ says why.
  void begin(const model::Script& script, const trace::Trace& trace);
  bool follow(int index);
  bool invoked(int index, const trace::Event& event);
  bool returned(int index, const trace::Event& event);
  bool settle(int index, const trace::Event& event);
  bool is_quiescent_point(const trace::Event& event);
  // Whether no open call can go on; if not, culprit is the actor of the first that can.
  [[nodiscard]] bool is_quiet(const Configuration& configuration, std::int64_t now_ns, int& culprit);
  [[nodiscard]] spec::Moment moment(const OpenCall& call, std::int64_t now_ns) const;
  OpenCall& call_of(int actor) { return calls_[static_cast<std::size_t>(actor)]; }
  const model::Step& step_of(const trace::Event& event) { return script_->steps[static_cast<std::size_t>(event.step)]; }

  // Visits what the open calls may bring about, in every order, from the current configurations on. Visit returns
  // whether to go on from there.
  template <typename Visit>
  void explore(std::int64_t now_ns, Visit visit) {
    seen_.clear();
    for (const Configuration& configuration : current_) {
      seen_.insert(configuration);
    }
    for (std::size_t i = 0; i < seen_.size() && !too_many_; ++i) {
      const Configuration from = seen_[i];
      if (visit(from)) {
        expand(from, now_ns);
      }
      too_many_ = seen_.size() >= kConfigurationsMax;
    }
  }
  void expand(const Configuration& from, std::int64_t now_ns);

  // Makes every configuration that open calls may have brought about a current one.
  void saturate(std::int64_t now_ns);

  // form.cc: whether the event can stand there at all.
  bool check_form(int index, const trace::Event& event);
  bool check_order(int index, const trace::Event& event);
  // Whether the steps before this one were taken: all, but that in a race only those of the same actor come first.
  [[nodiscard]] bool is_next(int step);

  // lifecycle.cc: the steps that are no calls.
  bool done(int index, const trace::Event& event);
  bool start(int index, const trace::Event& event, const model::Step& step);
  void reuse_thread_id(int thread);

  // From here on the change may have been made, or not.
  template <typename Change>
  void perhaps(Change change) {
    next_.clear();
    for (Configuration configuration : current_) {
      next_.insert(configuration);
      change(configuration.state);
      next_.insert(configuration);
    }
    current_.swap(next_);
  }
  bool signal(int index, const trace::Event& event, const model::Step& step);
  void close_dead(std::int64_t now_ns);
  void step_clock(std::int64_t by_ns, std::int64_t now_ns);
  void anticipate(int index);

  // expected.cc: findings in words.
  [[nodiscard]] Possible possible(int actor, std::int64_t now_ns);
  [[nodiscard]] std::string text(const Possible& possible, const spec::Request& request, bool with_blocks) const;
  bool invalid(int index, std::string why);
  bool diverge(int index, int step, spec::Clause clause, std::string expected, std::string observed);
  bool diverge_return(int index, const trace::Event& event);
  bool diverge_blocked(int index, const trace::Event& event, int actor);
  bool diverge_late(int index, const trace::Event& event);

  static constexpr std::size_t kConfigurationsMax = 100000;

  spec::Options options_;
  const model::Script* script_ = nullptr;
  const trace::Trace* trace_ = nullptr;
  std::vector<bool>* determined_ = nullptr;
  spec::World world_;
  std::array<OpenCall, spec::kActorsMax> calls_;
  std::vector<int> open_;             // the actors with an open call, in order of invocation
  std::vector<int> race_of_;          // each step's race, or -1
  std::vector<trace::Stage> stages_;  // of each step
  int untaken_ = 0;                   // the first step that was not taken
  int race_ = -1;                     // the race that the last event belonged to
  bool disturbed_ = false;            // the script has signals or clock steps, which are looked out for
  std::array<bool, spec::kActorsMax> signal_heard_{};  // by a call that returned before the signal's kDone
  bool too_many_ = false;  // the search was cut short, so that a failure to explain says nothing
  ConfigurationSet current_;
  ConfigurationSet next_;
  ConfigurationSet seen_;
  spec::Transitions transitions_;
  Finding finding_;
};

}  // namespace lockstep::judge
