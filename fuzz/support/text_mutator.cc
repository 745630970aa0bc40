#include "fuzz/support/text_mutator.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

// The engine's; replaying builds have none. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                              std::size_t size_max);

namespace lockstep::fuzz {
namespace {

using base::Random;

std::uint32_t size_of(const auto& list) { return static_cast<std::uint32_t>(list.size()); }
const auto& any_of(const auto& list, Random& random) { return list[random.below(size_of(list))]; }

// Lines with their ends: joined, they are the text again.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Where the words stand: runs of letters and digits, and every other character but blanks by itself.
std::vector<std::pair<std::size_t, std::size_t>> words_of(const std::string& text) {
  std::vector<std::pair<std::size_t, std::size_t>> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (is_word(text[at]) && end < text.size() && is_word(text[end])) {
      ++end;
    }
    if (text[at] != ' ' && text[at] != '\n') {
      words.emplace_back(at, end - at);
    }
    at = end;
  }
  return words;
}

void change_lines(std::string& text, const std::string& donor, Random& random) {
  std::vector<std::string> lines = lines_of(text);
  const std::vector<std::string> others = lines_of(donor);
  const auto place = [&](std::uint32_t bound) { return lines.begin() + random.below(bound); };
  const std::uint32_t kind = lines.empty() ? 0 : random.below(6);
  if (kind == 0 && !others.empty()) {
    lines.insert(place(size_of(lines) + 1), any_of(others, random));
  } else if (kind == 1 && !others.empty()) {
    *place(size_of(lines)) = any_of(others, random);
  } else if (kind == 2) {
    const std::string copied = any_of(lines, random);
    lines.insert(place(size_of(lines) + 1), copied);
  } else if (kind == 3) {
    std::swap(*place(size_of(lines)), *place(size_of(lines)));
  } else if (!lines.empty()) {
    lines.erase(place(size_of(lines)));
  }
  text.clear();
  for (const std::string& line : lines) {
    text += line;
  }
}

std::string any_number(Random& random) {
  constexpr std::array kEdges = {
      "0",   "-1",    "1e20",    "5e-324", "9223372036854775807", "18446744073709551616", "inf", "0.25",
      "255", "1e400", "10**400", "00"};
  return random.chance(50) ? any_of(kEdges, random) : std::to_string(random.below(1U << random.below(32)));
}

void change_word(std::string& text, const std::string& donor, Random& random) {
  const auto words = words_of(text);
  if (words.empty()) {
    text = donor;
    return;
  }
  const auto [at, length] = any_of(words, random);
  const std::string& source = random.chance(50) || donor.empty() ? text : donor;
  const auto others = words_of(source);
  const auto [other, other_length] = any_of(others.empty() ? words : others, random);
  const std::string word = random.chance(15) ? any_number(random) : source.substr(other, other_length);
  switch (random.below(4)) {
    case 0:
      text.erase(at, length);
      return;
    case 1:
      text.insert(at, word + " ");
      return;
    default:
      text.replace(at, length, word);
  }
}

}  // namespace

void mutate_text(std::string& text, const std::string& donor, Random& random) {
  if (text.empty() || random.chance(2)) {
    text = donor;
  }
  for (std::uint32_t count = 1 + random.below(3); count > 0; --count) {
    if (random.chance(50)) {
      change_lines(text, donor, random);
    } else {
      change_word(text, donor, random);
    }
  }
}

std::size_t mutate_text_input(std::uint8_t* data, std::size_t size, std::size_t size_max, const std::string& donor,
                              Random& random) {
  if (LLVMFuzzerMutate != nullptr && random.chance(30)) {
    return LLVMFuzzerMutate(data, size, size_max);
  }
  std::string text(reinterpret_cast<const char*>(data), size);
  mutate_text(text, donor, random);
  text.resize(std::min(text.size(), size_max));
  std::copy(text.begin(), text.end(), data);
  return text.size();
}

}  // namespace lockstep::fuzz
