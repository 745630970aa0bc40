#include "fuzz/support/script_lines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// Present where libFuzzer is.
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                              std::size_t size_max);

namespace lockstep::fuzz {
namespace {

using base::Random;
using Words = std::span<const std::string_view>;

// What a line may be, and what a letter after '%' in it stands for: another of these lists.
constexpr std::string_view kLines[] = {
    "%a: %L.acquire(%v) -> %o",
    "%a: %L.acquire(timeout=%v)",
    "%a: %L.acquire(%v, timeout=%v) -> %o | %o",
    "%a: %L.release() -> %o",
    "%a: with %L: body %r",
    "%a: repr(%L) -> %o",
    "%a: %L.locked()",
    "%a: returns %o",
    "one of %a, %a returns %o",
    "%a still blocks",
    "pause %v",
    "clock +%v",
    "start thread %d in %P",
    "fork %a as %d",
    "start process %R: %d from %a",
    "exit %a",
    "kill %P",
    "stop %P",
    "continue %P",
    "signal %a %r",
    "race\n%a: %L.acquire()\n%a: %L.release()\nend",
};
constexpr std::string_view kHeads[] = {
    "#%t%t", "# %t", "clause lock.acquire.held", "lock %R = RLock()", "lock %d = Lock()", "process %R: %d",
};
constexpr std::string_view kActors[] = {"a", "b", "c", "d", "e"};
constexpr std::string_view kNewActors[] = {"d", "e", "f"};
constexpr std::string_view kLocks[] = {"L", "M"};
constexpr std::string_view kProcesses[] = {"P", "Q", "R"};
constexpr std::string_view kNewProcesses[] = {"R", "S"};
constexpr std::string_view kRaises[] = {"raises", "returns"};
constexpr std::string_view kOutcomes[] = {
    "True", "False", "None", "blocks", "raises E", "raises a.E(%v, %q)", "raises E(%q)", "%q",
};
constexpr std::string_view kValues[] = {
    "0",   "1",   "-1",   "0.5",   "1e20", "10**400", "1000000000000000000000000000000000000000000000",
    "nan", "inf", "None", "False", "%q",   "%q",
};
constexpr std::string_view kQuoted[] = {"\"%t\"", "\"%t%t\"", "'%t%t'", "\"\""};
constexpr std::string_view kTexts[] = {"x", "\\\\", "\\\"", "\\'", "'", "\\t", "\\n", " ", "  y", ")", ", ", "#", "->"};
constexpr std::string_view kChoices[] = {" 0", " 1", " 2", " 3", " 5", " 7", " 255", " 256", " 4294967295"};

constexpr std::string_view kHead = "lock L = Lock()\nlock M = RLock()\nprocess P: a b\nprocess Q: c";

Words words(char letter) {
  switch (letter) {
    case 'a':
      return kActors;
    case 'd':
      return kNewActors;
    case 'L':
      return kLocks;
    case 'P':
      return kProcesses;
    case 'R':
      return kNewProcesses;
    case 'r':
      return kRaises;
    case 'o':
      return kOutcomes;
    case 'v':
      return kValues;
    case 'q':
      return kQuoted;
    case 't':
      return kTexts;
    default:
      return kChoices;
  }
}

std::string_view any(Words words, Random& random) {
  return words[random.below(static_cast<std::uint32_t>(words.size()))];
}

std::string expand(std::string_view pattern, Random& random) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool stands_for_more = pattern[i] == '%' && i + 1 < pattern.size();
    text += stands_for_more ? expand(any(words(pattern[++i]), random), random) : std::string(1, pattern[i]);
  }
  return text;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// One of the words of a line, or a few characters, becomes something else.
void change_line(std::string& line, Random& random) {
  const std::size_t at = random.below(static_cast<std::uint32_t>(line.size()) + 1);
  const std::size_t length = random.below(4);
  constexpr std::string_view kParts[] = {"%a", "%L", "%v", "%o", "%q", "%t", "%C", "(", ")", ",", "="};
  switch (random.below(4)) {
    case 0:
      line.erase(at);
      return;
    case 1:
      line += " -> " + expand("%o", random);
      return;
    default:
      line.replace(at, length, expand(any(kParts, random), random));
  }
}

void insert(std::vector<std::string>& lines, std::size_t at, std::string line) {
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(std::min(at, lines.size())), std::move(line));
}

void change_lines(std::vector<std::string>& lines, Random& random) {
  const std::uint32_t kind = random.below(100);
  const std::size_t at = random.below(static_cast<std::uint32_t>(lines.size()));
  if (kind < 45) {
    const bool scheduled = lines.back().starts_with("schedule");
    insert(lines, random.chance(50) ? lines.size() - (scheduled ? 1 : 0) : at, expand(any(kLines, random), random));
  } else if (kind < 53) {
    insert(lines, random.chance(60) ? 0 : at, expand(any(kHeads, random), random));
  } else if (kind < 58) {
    insert(lines, lines.size(), expand("schedule%C%C", random));
  } else if (kind < 80) {
    change_line(lines[at], random);
  } else if (kind < 90) {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
  } else {
    std::swap(lines[at], lines[random.below(static_cast<std::uint32_t>(lines.size()))]);
  }
}

}  // namespace

std::string mutate_script(const std::string& text, Random& random) {
  std::vector<std::string> lines = split(text);
  for (std::uint32_t count = 1 + random.below(3); count > 0; --count) {
    if (lines.empty()) {
      lines = split(kHead);
    } else {
      change_lines(lines, random);
    }
  }
  std::string changed;
  for (const std::string& line : lines) {
    changed += line + "\n";
  }
  return changed;
}

}  // namespace lockstep::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  lockstep::base::Random random(seed);
  if (LLVMFuzzerMutate != nullptr && size > 1 && random.chance(15)) {
    return LLVMFuzzerMutate(data, size, size_max);  // bytes that no table has
  }
  // An input of one byte is what libFuzzer begins with.
  const std::string text(reinterpret_cast<const char*>(data), size > 1 ? size : 0);
  const std::string changed = lockstep::fuzz::mutate_script(text, random);
  const std::size_t length = std::min(changed.size(), size_max);
  std::copy_n(changed.begin(), length, data);
  return length;
}
