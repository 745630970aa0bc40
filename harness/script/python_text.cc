#include "harness/script/python_text.h"

#include <cstddef>
#include <cstdio>
#include <optional>

#include "harness/base/check.h"
#include "harness/script/pace.h"

namespace lockstep::script {
namespace {

using model::Method;

// Python has no names for these three.
std::string python_value(const std::string& spelling) {
  if (spelling == "nan" || spelling == "inf" || spelling == "-inf") {
    return "float(\"" + spelling + "\")";
  }
  return spelling;
}

}  // namespace

std::string python_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c < ' ' || c > '~') {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      quoted += c == '"' || c == '\\' ? std::string{'\\', c} : escaped;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string python_number(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

std::string python_locks(const model::Script& script) {
  std::string text;
  for (const model::LockDeclaration& lock : script.locks) {
    text += (text.empty() ? "" : ", ") + python_string(lock.name);
    text += lock.kind == model::LockKind::kRLock ? ": \"RLock\"" : ": \"Lock\"";
  }
  return "{" + text + "}";
}

std::string python_processes(const model::Script& script) {
  std::string text;
  for (const model::ActorDeclaration& declaration : script.actors) {
    if (declaration.started_by_step) {
      continue;
    }
    if (declaration.main_thread) {
      const std::string& process = script.processes[static_cast<std::size_t>(declaration.process)].name;
      text += (text.empty() ? "" : "], ") + python_string(process) + ": [";
    } else {
      text += ", ";
    }
    text += python_string(declaration.name);
  }
  return "{" + text + "]}";
}

std::string python_call(const model::Script& script, const model::Call& call,
                        const std::function<double(double)>& changed) {
  std::string head = python_string(script.locks[static_cast<std::size_t>(call.lock)].name) + ", ";
  switch (call.method) {
    case Method::kWith:
      return head + "\"with\", (), {\"raises\": " + (call.body_raises ? "True}" : "False}");
    case Method::kRepr:
      return head + "\"repr\", (), {}";
    case Method::kAcquire:
      head += "\"acquire\", ";
      break;
    case Method::kRelease:
      head += "\"release\", ";
      break;
    case Method::kLocked:
      head += "\"locked\", ";
      break;
  }
  std::string positional;
  std::string keywords;
  const int timeout = timeout_argument(call);
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const model::Argument& argument = call.arguments[i];
    std::string value = python_value(argument.spelling);
    const auto seconds = static_cast<int>(i) == timeout ? elapsing_timeout(argument.spelling) : std::nullopt;
    if (seconds && changed(*seconds) != *seconds) {
      value = python_number(changed(*seconds));
    }
    if (argument.keyword.empty()) {
      positional += value + ", ";
    } else {
      keywords += (keywords.empty() ? "" : ", ") + python_string(argument.keyword) + ": " + value;
    }
  }
  return head + "(" + positional + "), {" + keywords + "}";
}

std::string python_program(std::string_view program, const std::string& text) {
  constexpr std::string_view kBegin = "# begin script\n";
  const std::size_t begin = program.find(kBegin);
  const std::size_t end = program.find("# end script\n");
  LOCKSTEP_CHECK(begin != std::string_view::npos && end != std::string_view::npos);
  return std::string(program.substr(0, begin + kBegin.size())) + text + std::string(program.substr(end));
}

}  // namespace lockstep::script
