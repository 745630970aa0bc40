#include "harness/spec/reply.h"

#include <string_view>

#include "harness/spec/exception.h"

namespace lockstep::spec {
namespace {

using model::Outcome;
using model::OutcomeKind;

struct Raised {
  const char* type;
  std::string_view message;
};

Raised raised(Reply reply, const Request& request) {
  switch (reply) {
    case Reply::kFault:
      return {request.fault_type, request.fault_message};
    case Reply::kReleasedTooOften:
      return {"ValueError", "semaphore or lock released too many times"};
    case Reply::kNotOwner:
      return {"AssertionError", "attempt to release recursive lock not owned by thread"};
    case Reply::kBodyRaised:
      return {"RuntimeError", "body"};
    case Reply::kSignalRaised:
      return {"SignalRaised", "signal"};
    case Reply::kNanRefused:
      return {"ValueError", "timeout must not be NaN"};
    case Reply::kInvalidArgument:
      return {"OSError", "[Errno 22] Invalid argument"};
    case Reply::kNoLocked:
      return {"AttributeError", request.kind == model::LockKind::kLock ? "'Lock' object has no attribute 'locked'"
                                                                       : "'RLock' object has no attribute 'locked'"};
    default:
      return {nullptr, ""};
  }
}

bool raised_matches(const Raised& expected, const Options& options, const Outcome& outcome) {
  if (outcome.kind != OutcomeKind::kRaised) {
    return false;
  }
  const std::string_view text = outcome.text;
  if (text.substr(0, text.find('(')) != expected.type) {
    return false;
  }
  if (!options.exact_messages) {
    return true;
  }
  const Exception seen = read_exception(text);
  if (!seen.has_message || seen.message == expected.message) {
    return true;
  }
  // repr() of an OSError gives its arguments, str() the sentence; actors may send either.
  return std::string_view(expected.type) == "OSError" && seen.message == "22, \"Invalid argument\"";
}

// The owner that a repr names: "MainProcess" of `<Lock(owner=MainProcess)>`, "None, 0" of `<RLock(None, 0)>`. The
// class may have another name (a subclass). Empty if the text is no such thing.
std::string_view owner_text(std::string_view text, model::LockKind kind) {
  // An actor may send the text itself or its repr().
  if (text.size() >= 2 && text.front() == text.back() && (text.front() == '\'' || text.front() == '"')) {
    text = text.substr(1, text.size() - 2);
  }
  const std::size_t open = text.find('(');
  if (!text.starts_with('<') || !text.ends_with(")>") || open == std::string_view::npos) {
    return "";
  }
  std::string_view inside = text.substr(open + 1, text.size() - open - 3);
  if (kind == model::LockKind::kLock) {
    constexpr std::string_view kOwner = "owner=";
    return inside.starts_with(kOwner) ? inside.substr(kOwner.size()) : "";
  }
  return inside;
}

bool repr_matches(Progress done, model::LockKind kind, std::string_view text) {
  const bool lock = kind == model::LockKind::kLock;
  const std::string_view owner = owner_text(text, kind);
  const bool free = owner == (lock ? "None" : "None, 0");
  const bool thread = owner == (lock ? "SomeOtherThread" : "SomeOtherThread, nonzero");
  const bool process = owner == (lock ? "SomeOtherProcess" : "SomeOtherProcess, nonzero");
  const bool named = !owner.empty() && !free && !thread && !process && !owner.starts_with("unknown");
  switch (done.reply) {
    case Reply::kReprFree:
      return free;
    case Reply::kReprMine:
      return named && (lock || owner.ends_with(", " + std::to_string(done.depth)));
    case Reply::kReprOtherThread:
      return thread;
    case Reply::kReprOtherProcess:
      return process;
    case Reply::kReprNotMine:
      return thread || process;
    case Reply::kReprHeld:
      return thread || process || named;
    default:
      return !owner.empty();
  }
}

std::string describe_repr(Progress done, model::LockKind kind) {
  const bool lock = kind == model::LockKind::kLock;
  switch (done.reply) {
    case Reply::kReprFree:
      return lock ? "<Lock(owner=None)>" : "<RLock(None, 0)>";
    case Reply::kReprMine:
      return lock ? "<Lock(owner=(this process))>" : "<RLock((this process), " + std::to_string(done.depth) + ")>";
    case Reply::kReprOtherThread:
      return lock ? "<Lock(owner=SomeOtherThread)>" : "<RLock(SomeOtherThread, nonzero)>";
    case Reply::kReprOtherProcess:
      return lock ? "<Lock(owner=SomeOtherProcess)>" : "<RLock(SomeOtherProcess, nonzero)>";
    case Reply::kReprNotMine:
      return "a repr that names another owner";
    case Reply::kReprHeld:
      return "a repr that names an owner";
    default:
      return "any repr";
  }
}

}  // namespace

bool matches(Progress done, const Request& request, const Options& options, const Outcome& outcome) {
  switch (done.reply) {
    case Reply::kOpen:
      return false;
    case Reply::kTrue:
      return outcome.kind == OutcomeKind::kTrue;
    case Reply::kFalse:
      return outcome.kind == OutcomeKind::kFalse;
    case Reply::kNone:
      return outcome.kind == OutcomeKind::kNone;
    case Reply::kAnyRaised:
      return outcome.kind == OutcomeKind::kRaised;
    case Reply::kAnyReturned:
      return outcome.kind <= OutcomeKind::kValue;
    case Reply::kReprFree:
    case Reply::kReprMine:
    case Reply::kReprOtherThread:
    case Reply::kReprOtherProcess:
    case Reply::kReprNotMine:
    case Reply::kReprHeld:
    case Reply::kReprAny:
      return outcome.kind == OutcomeKind::kValue && repr_matches(done, request.kind, outcome.text);
    default:
      return raised_matches(raised(done.reply, request), options, outcome);
  }
}

std::string describe(Progress done, const Request& request, const Options& options) {
  switch (done.reply) {
    case Reply::kOpen:
      return "blocks";
    case Reply::kTrue:
      return "True";
    case Reply::kFalse:
      return "False";
    case Reply::kNone:
      return "None";
    case Reply::kAnyRaised:
      return "raises";
    case Reply::kAnyReturned:
      return "returns";
    default:
      break;
  }
  const Raised expected = raised(done.reply, request);
  if (expected.type == nullptr) {
    return describe_repr(done, request.kind);
  }
  return "raises " + (options.exact_messages ? spell_exception(expected.type, expected.message) : expected.type);
}

bool is_signal(const Outcome& outcome) {
  return outcome.kind == OutcomeKind::kRaised && read_exception(outcome.text).type == "SignalRaised";
}

}  // namespace lockstep::spec
