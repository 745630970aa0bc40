#include "harness/script/token_script.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "harness/script/names.h"
#include "harness/script/spelling.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using model::Method;
using model::Script;
using model::Step;
using model::StepKind;

// A value: three bits that say which one, or how its characters follow.
constexpr std::array<std::string_view, 8> kSpellings = {"", "None", "True", "False", "nan", "inf", "-inf", ""};
constexpr std::uint64_t kNumber = 0;  // four bits a character, kStop ends it
constexpr std::uint64_t kText = 7;    // its length, seven bits a character
constexpr std::string_view kNumerals = "0123456789.e+-*";
constexpr std::uint64_t kStop = 15;

// Arguments: two bits. One of kOne and kTimeout is what nearly all calls have.
constexpr std::uint64_t kNoArgument = 0;
constexpr std::uint64_t kOne = 1;
constexpr std::uint64_t kTimeout = 2;
constexpr std::uint64_t kMany = 3;  // their number, and a keyword each

constexpr std::array<std::string_view, 3> kKeywords = {"", "block", "timeout"};
constexpr std::uint64_t kOtherKeyword = 3;

std::uint64_t index_in(const auto& list, std::string_view text) {
  return static_cast<std::uint64_t>(std::find(list.begin(), list.end(), text) - list.begin());
}

// The three parts of what is left in a step once its kind is known.
bool has_actor(StepKind kind) {
  return kind == StepKind::kCall || kind == StepKind::kStartProcess || kind == StepKind::kFork ||
         kind == StepKind::kExit || kind == StepKind::kSignal;
}
bool has_process(StepKind kind) {
  return kind == StepKind::kStartThread || kind == StepKind::kKill || kind == StepKind::kStop ||
         kind == StepKind::kContinue;
}
bool has_seconds(StepKind kind) { return kind == StepKind::kPause || kind == StepKind::kClock; }

class Encoder {
 public:
  Encoder(const Script& script, BitWriter& out) : script_(script), out_(out) {}

  void run() {
    put(script_.locks.size() - 1, 3);
    for (const model::LockDeclaration& lock : script_.locks) {
      put(lock.kind == model::LockKind::kRLock ? 1 : 0, 1);
    }
    // A bit an actor: whether it begins a process. The number of actors comes first.
    actors_ = StepRules(script_).actors();
    processes_ = StepRules(script_).processes();
    put(static_cast<std::uint64_t>(actors_ - 1), 3);
    for (int i = 1; i < actors_; ++i) {
      put(script_.actors[static_cast<std::size_t>(i)].main_thread ? 1 : 0, 1);
    }
    out_.put_count(script_.steps.size());
    for (const Step& step : script_.steps) {
      put_step(step);
    }
    out_.put_count(script_.schedule.size());
    for (const std::uint32_t choice : script_.schedule) {
      out_.put_count(choice);
    }
  }

 private:
  void put(std::uint64_t value, int bits) { out_.put(value, bits); }
  void put_index(int index, int count) { put(static_cast<std::uint64_t>(index), bits_below(count)); }

  void put_step(const Step& step) {
    const bool call = step.kind == StepKind::kCall;
    put(call ? 0 : 1, 1);
    if (!call) {
      put(static_cast<std::uint64_t>(step.kind), 4);
    }
    if (has_actor(step.kind)) {
      put_index(step.actor, actors_);
    }
    if (has_process(step.kind)) {
      put_index(step.process, processes_);
    }
    if (has_seconds(step.kind)) {
      put_spelling(step.seconds.spelling);
    }
    if (step.kind == StepKind::kSignal) {
      put(step.handler_raises ? 1 : 0, 1);
    }
    if (call) {
      put_call(step.call);
    }
    actors_ += step.new_actor >= 0 ? 1 : 0;
    processes_ += step.kind == StepKind::kStartProcess || step.kind == StepKind::kFork ? 1 : 0;
  }

  void put_call(const model::Call& call) {
    put_index(call.lock, static_cast<int>(script_.locks.size()));
    put(static_cast<std::uint64_t>(call.method), 3);
    if (call.method == Method::kWith) {
      return put(call.body_raises ? 1 : 0, 1);
    }
    if (call.method == Method::kRepr) {
      return;
    }
    const auto& arguments = call.arguments;
    const bool one = arguments.size() == 1 && (arguments[0].keyword.empty() || arguments[0].keyword == "timeout");
    const std::uint64_t form = arguments.empty() ? kNoArgument
                               : !one            ? kMany
                                                 : (arguments[0].keyword.empty() ? kOne : kTimeout);
    put(form, 2);
    if (form == kMany) {
      put(arguments.size(), 3);
    }
    for (const model::Argument& argument : arguments) {
      if (form == kMany) {
        const std::uint64_t keyword = index_in(kKeywords, argument.keyword);
        put(keyword, 2);
        if (keyword == kOtherKeyword) {
          put_text(argument.keyword);
        }
      }
      put_spelling(argument.spelling);
    }
  }

  void put_text(const std::string& text) {
    out_.put_count(text.size());
    for (const char c : text) {
      put(static_cast<std::uint64_t>(c), 7);
    }
  }

  void put_spelling(const std::string& spelling) {
    const std::uint64_t known = index_in(kSpellings, spelling);
    if (known < kText && known != kNumber) {
      return put(known, 3);
    }
    if (spelling.find_first_not_of(kNumerals) != std::string::npos) {
      put(kText, 3);
      return put_text(spelling);
    }
    put(kNumber, 3);
    for (const char c : spelling) {
      put(kNumerals.find(c), 4);
    }
    put(kStop, 4);
  }

  const Script& script_;
  BitWriter& out_;
  int actors_ = 0;
  int processes_ = 0;
};

class Decoder {
 public:
  explicit Decoder(const std::vector<std::uint8_t>& payload) : in_(payload) {}

  std::optional<Script> run() {
    const int locks = in_.get_int(3) + 1;
    for (int i = 0; i < locks; ++i) {
      script_.locks.push_back({lock_name(i), in_.get(1) != 0 ? model::LockKind::kRLock : model::LockKind::kLock});
    }
    const int actors = in_.get_int(3) + 1;
    for (int i = 0; i < actors; ++i) {
      const bool main_thread = i == 0 || in_.get(1) != 0;
      if (main_thread) {
        script_.processes.push_back({process_name(static_cast<int>(script_.processes.size())), false});
      }
      script_.actors.push_back({actor_name(i), static_cast<int>(script_.processes.size()) - 1, main_thread, false});
    }
    const std::uint64_t steps = in_.get_count();
    for (std::uint64_t i = 0; i < steps && i < kStepsMax && !in_.failed() && good_; ++i) {
      get_step();
    }
    for (std::uint64_t left = in_.get_count(); left > 0 && !in_.failed(); --left) {
      script_.schedule.push_back(static_cast<std::uint32_t>(in_.get_count()));
    }
    const bool whole = good_ && steps == script_.steps.size() && in_.at_end();
    return whole && !validate(script_) ? std::optional(std::move(script_)) : std::nullopt;
  }

 private:
  int get_index(std::size_t count) { return in_.get_int(bits_below(static_cast<int>(count))); }

  void get_step() {
    Step step;
    step.kind = in_.get(1) == 0 ? StepKind::kCall : static_cast<StepKind>(in_.get(4));
    good_ = step.kind <= StepKind::kClock;
    if (has_actor(step.kind)) {
      step.actor = get_index(script_.actors.size());
    }
    if (has_process(step.kind)) {
      step.process = get_index(script_.processes.size());
    }
    if (has_seconds(step.kind)) {
      const std::optional<model::Seconds> seconds = parse_seconds(get_spelling());
      good_ = good_ && seconds;
      step.seconds = seconds.value_or(model::Seconds());
    }
    if (step.kind == StepKind::kSignal) {
      step.handler_raises = in_.get(1) != 0;
    }
    if (step.kind == StepKind::kCall) {
      get_call(step.call);
    }
    if (step.kind == StepKind::kStartThread || step.kind == StepKind::kStartProcess || step.kind == StepKind::kFork) {
      get_start(step);
    }
    script_.steps.push_back(std::move(step));
  }

  void get_start(Step& step) {
    const int actor = static_cast<int>(script_.actors.size());
    const bool thread = step.kind == StepKind::kStartThread;
    good_ = good_ && actor < kActorsMax && (thread || script_.processes.size() < kProcessesMax);
    if (!good_) {
      return;
    }
    if (!thread) {
      step.process = static_cast<int>(script_.processes.size());
      script_.processes.push_back(
          {step.kind == StepKind::kFork ? actor_name(actor) : process_name(step.process), true});
    }
    step.new_actor = actor;
    script_.actors.push_back({actor_name(actor), step.process, !thread, true});
  }

  void get_call(model::Call& call) {
    call.lock = get_index(script_.locks.size());
    call.method = static_cast<Method>(in_.get(3));
    good_ = good_ && call.method <= Method::kRepr;
    if (call.method == Method::kWith) {
      call.body_raises = in_.get(1) != 0;
    }
    if (call.method == Method::kWith || call.method == Method::kRepr) {
      return;
    }
    const std::uint64_t form = in_.get(2);
    const std::uint64_t count = form == kMany ? in_.get(3) : form == kNoArgument ? 0 : 1;
    for (std::uint64_t i = 0; i < count; ++i) {
      model::Argument argument;
      if (form == kMany) {
        const std::uint64_t keyword = in_.get(2);
        argument.keyword = keyword == kOtherKeyword ? get_text() : std::string(kKeywords[keyword]);
      } else {
        argument.keyword = form == kTimeout ? "timeout" : "";
      }
      argument.spelling = get_spelling();
      call.arguments.push_back(std::move(argument));
    }
  }

  std::string get_text() {
    std::string text;
    for (std::uint64_t left = in_.get_count(); left > 0 && !in_.failed(); --left) {
      text += static_cast<char>(in_.get(7));
    }
    return text;
  }

  std::string get_spelling() {
    const std::uint64_t which = in_.get(3);
    if (which == kText) {
      return get_text();
    }
    std::string spelling(kSpellings[which]);
    if (which == kNumber) {
      for (std::uint64_t c = in_.get(4); c != kStop && !in_.failed(); c = in_.get(4)) {
        spelling += kNumerals[c];
      }
    }
    return spelling;
  }

  BitReader in_;
  Script script_;
  bool good_ = true;
};

}  // namespace

void encode_script(const Script& script, BitWriter& out) { Encoder(script, out).run(); }

std::optional<Script> decode_script(const std::vector<std::uint8_t>& payload) { return Decoder(payload).run(); }

}  // namespace lockstep::script
