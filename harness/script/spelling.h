#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/model/script.h"

namespace lockstep::script {

inline constexpr int kActorsMax = 8;
inline constexpr int kLocksMax = 8;
inline constexpr int kProcessesMax = 8;
inline constexpr int kStepsMax = 1000;
inline constexpr int kArgumentsMax = 7;
inline constexpr int kNameMax = 24;
inline constexpr double kSecondsMax = 1e9;

// An identifier of at most kNameMax characters.
[[nodiscard]] bool is_identifier(std::string_view text);

// An identifier that is no word of the language: what locks, processes and actors may be called.
[[nodiscard]] bool is_name(std::string_view text);

// "lock.acquire.timeout-negative": words of a-z, 0-9 and '-', joined by dots.
[[nodiscard]] bool is_clause(std::string_view text);

// A duration, rounded to whole nanoseconds; nothing if it is no number, or not in 0 to kSecondsMax.
[[nodiscard]] std::optional<model::Seconds> parse_seconds(std::string_view spelling);

// An exception in its normal form: ValueError, or ValueError("message") with values separated by ", " and strings in
// double quotes. The error's column counts from the start of the text.
[[nodiscard]] base::Result<std::string> normal_exception(std::string_view text);

// How long the value at the start of the text is: up to a comma, a closing parenthesis, a blank or a comment, none of
// which end it inside quotation marks.
[[nodiscard]] std::size_t value_length(std::string_view text);

}  // namespace lockstep::script
