#include "harness/replay/shape.h"

namespace lockstep::replay {
namespace {

const char* name(model::Method method) {
  switch (method) {
    case model::Method::kAcquire:
      return "acquire";
    case model::Method::kRelease:
      return "release";
    case model::Method::kLocked:
      return "locked";
    case model::Method::kWith:
      return "with";
    case model::Method::kRepr:
      return "repr";
  }
  return "";
}

}  // namespace

std::string shape(const model::Call& call) {
  std::string text;
  write_shape(call, text);
  return text;
}

void write_shape(const model::Call& call, std::string& text) {
  text = name(call.method);
  if (call.method == model::Method::kWith) {
    text += call.body_raises ? " raises" : " returns";
    return;
  }
  text += '(';
  for (const model::Argument& argument : call.arguments) {
    if (text.back() != '(') {
      text += ", ";
    }
    if (!argument.keyword.empty()) {
      text += argument.keyword;
      text += '=';
    }
    text += argument.spelling;
  }
  text += ')';
}

}  // namespace lockstep::replay
