#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace lockstep::impl {

// The candidate that `name` is probably a misspelling of, as Python 3.10 and later judge it: the least Levenshtein
// distance, a change of case counting half, if it is below a third of the letters involved (Python/suggestions.c).
[[nodiscard]] std::optional<std::string_view> suggestion(std::string_view name,
                                                         std::span<const std::string_view> candidates);

}  // namespace lockstep::impl
