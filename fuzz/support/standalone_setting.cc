#include "fuzz/support/standalone_setting.h"

#include <algorithm>
#include <string_view>

#include "harness/script/print.h"
#include "harness/script/python_text.h"
#include "harness/script/standalone_race.h"

namespace lockstep::fuzz {
namespace {

using model::StepKind;

constexpr const char* kOutcomes[] = {"True", "False", "None", "blocks", "", "hangs", "raises E(\"a or \\\"b\\\"\")"};

// Whether every bracket and quotation mark has its partner, comments aside.
bool is_balanced(std::string_view text) {
  std::string open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!open.empty() && (open.back() == '"' || open.back() == '\'')) {
      if (c == open.back()) {
        open.pop_back();
      }
      i += c == '\\' ? 1 : 0;
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '"' || c == '\'') {
      open += c;
    } else if (c == '(' || c == '[' || c == '{') {
      open += c == '(' ? ')' : c == '[' ? ']' : '}';
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) {
        return false;
      }
      open.pop_back();
    }
  }
  return open.empty();
}

}  // namespace

script::Setting setting_of(const model::Script& script, const Choose& choose) {
  constexpr const char* kModules[] = {"multiprocessing", "my \"lock\".py", "exec:./lock"};
  script::Setting setting;
  setting.step = -1;
  setting.module = kModules[choose(3)];
  setting.expected = std::string(kOutcomes[choose(7)]) + " or " + kOutcomes[choose(7)];
  setting.observed = kOutcomes[choose(7)];
  setting.moment = static_cast<int>(choose(script.steps.size() + 1)) - 1;
  int race = -1;
  std::vector<int> returned;  // of this race
  for (int i = 0; i < static_cast<int>(script.steps.size()); ++i) {
    if (script.steps[static_cast<std::size_t>(i)].kind != StepKind::kCall) {
      continue;
    }
    setting.step = setting.step < 0 || choose(2) == 1 ? i : setting.step;
    const int within = script::race_of(script, i);
    if (within != race) {
      race = within;
      returned.clear();
    }
    script::SeenCall seen{i, kOutcomes[choose(7)], choose(2) == 1, race < 0 ? std::vector<int>() : returned};
    if (choose(3) == 1) {
      returned.push_back(i);
    }
    setting.seen.push_back(std::move(seen));
  }
  return setting;
}

const char* wrong_program(const std::string& program, const model::Script& script, const script::Setting& setting) {
  const std::size_t begin = program.find("# begin script\n");
  const std::size_t end = program.find("# end script\n");
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    return "program-without-script";
  }
  const std::string_view text = std::string_view(program).substr(begin, end - begin);
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); })) {
    return "program-not-plain";
  }
  if (!is_balanced(text)) {
    return "program-unbalanced";
  }
  const bool repeated = script::is_race_of_calls(script);
  for (const script::SeenCall& seen : setting.seen) {
    model::Step step = script.steps[static_cast<std::size_t>(seen.step)];
    if (text.find(script::python_string(script::print_step(script, step))) == std::string_view::npos) {
      return repeated ? "race-without-call" : "program-without-call";
    }
  }
  return nullptr;
}

}  // namespace lockstep::fuzz
