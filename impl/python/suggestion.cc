#include "impl/python/suggestion.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

namespace lockstep::impl {
namespace {

constexpr std::size_t kMove = 2;
constexpr std::size_t kCase = 1;
constexpr std::size_t kLengthMax = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t substitution(char a, char b) {
  if (a == b) {
    return 0;
  }
  return lower(a) == lower(b) ? kCase : kMove;
}

// Levenshtein's distance, row by row.
std::size_t distance(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) {
    std::swap(a, b);
  }
  std::array<std::size_t, kLengthMax + 1> row{};
  for (std::size_t i = 0; i <= a.size(); ++i) {
    row[i] = i * kMove;
  }
  for (std::size_t j = 0; j < b.size(); ++j) {
    std::size_t diagonal = row[0];
    row[0] = (j + 1) * kMove;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t substituted = diagonal + substitution(b[j], a[i]);
      diagonal = row[i + 1];
      row[i + 1] = std::min({substituted, diagonal + kMove, row[i] + kMove});
    }
  }
  return row[a.size()];
}

}  // namespace

std::optional<std::string_view> suggestion(std::string_view name, std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : candidates) {
    if (name.size() > kLengthMax || candidate.size() > kLengthMax || name == candidate) {
      continue;
    }
    const std::size_t far = distance(name, candidate);
    if (far <= (name.size() + candidate.size() + 3) * kMove / 6 && far < best_distance) {
      best = candidate;
      best_distance = far;
    }
  }
  return best;
}

}  // namespace lockstep::impl
