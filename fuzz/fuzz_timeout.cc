#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string_view>

#include "fuzz/support/exact_seconds.h"
#include "fuzz/support/report.h"
#include "fuzz/support/target.h"
#include "harness/model/value.h"
#include "harness/script/pace.h"
#include "harness/script/spelling.h"
#include "harness/spec/request.h"
#include "impl/platform/deadline.h"

// A timeout in seconds becomes the deadline that exact arithmetic gives: in the lock, which is never early; in the
// specification, which allows what lies between rounding down and up; and for any spelling of the number.
//
//   8 bytes     the timeout, a double
//   8 bytes     now, in nanoseconds
//   the rest    a spelling of another number
namespace lockstep::fuzz {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

struct Input {
  double seconds = 0;
  std::int64_t now_ns = 0;
  std::string spelling;
};

Input decode(std::span<const std::uint8_t> bytes) {
  std::uint64_t words[2] = {};
  const std::size_t head = std::min(bytes.size(), sizeof words);
  std::copy_n(bytes.begin(), head, reinterpret_cast<std::uint8_t*>(words));
  return {std::bit_cast<double>(words[0]), static_cast<std::int64_t>(words[1] & kMost),
          std::string(bytes.begin() + static_cast<std::ptrdiff_t>(head), bytes.end())};
}

// All that a double has.
std::string spell(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", number);
  return std::isnan(number) ? "nan" : text;
}

std::int64_t saturated(__int128 ns) { return ns < kMost ? static_cast<std::int64_t>(ns) : kMost; }

void check_lock(double seconds, std::int64_t now_ns) {
  const __int128 exact_ns = !(seconds > 0) ? 0 : seconds >= 1e10 ? kMost : ExactSeconds(seconds).timeout_ns();
  const std::int64_t timeout_ns = impl::timeout_ns(seconds);
  if (timeout_ns != saturated(exact_ns)) {
    report("lock", "arithmetic", "lock.timeout", "nanoseconds", spell(seconds) + ": " + std::to_string(timeout_ns));
  }
  if (impl::deadline_after(now_ns, timeout_ns) != saturated(static_cast<__int128>(now_ns) + timeout_ns)) {
    report("lock", "arithmetic", "lock.timeout", "deadline", spell(seconds) + " from " + std::to_string(now_ns));
  }
}

// What the specification makes of acquire(timeout=SPELLING), whose value is `seconds`.
void check_specification(const std::string& spelling, double seconds) {
  const auto request =
      spec::read_call({0, model::Method::kAcquire, {{"timeout", spelling}}, false}, model::LockKind::kLock, {});
  const auto fail = [&](const char* kind) { report("specification", "arithmetic", "lock.timeout", kind, spelling); };
  if (!request.ok()) {
    return fail("unreadable");
  }
  const spec::Wait expected = std::isnan(seconds)            ? spec::Wait::kNan
                              : seconds <= 0                 ? spec::Wait::kPoll
                              : request.value().timeout_huge ? spec::Wait::kForever
                              : seconds < 9.2e9              ? spec::Wait::kTimed
                                                             : spec::Wait::kForever;
  if (request.value().wait != expected) {
    return fail("wait");
  }
  if (expected != spec::Wait::kTimed) {
    return;
  }
  const ExactSeconds exact(seconds);
  if (request.value().timeout_min_ns != exact.floor_ns() || request.value().timeout_max_ns != exact.ceil_ns()) {
    fail("nanoseconds");
  }
  const auto elapsing = script::elapsing_timeout(spelling);
  if (elapsing != (seconds >= 1e-6 && seconds <= script::kSecondsMax ? std::optional(seconds) : std::nullopt)) {
    fail("elapsing");
  }
}

// A spelling without ** is what strtod() reads, unless it is no number in Python's or the script's eyes.
void check_spelling(const std::string& spelling) {
  constexpr std::string_view kNumerals = "0123456789.eE+-";
  if (spelling.empty() || spelling.find_first_not_of(kNumerals) != std::string::npos) {
    return;
  }
  const auto value = model::parse_value(spelling);
  char* end = nullptr;
  const double number = std::strtod(spelling.c_str(), &end);
  const bool whole = *end == '\0';
  const std::string_view digits = std::string_view(spelling).substr(spelling[0] == '-' ? 1 : 0);
  const bool is_int = digits.find_first_not_of("0123456789") == std::string_view::npos;
  const bool octal = is_int && digits.size() > 1 && digits[0] == '0' && number != 0;
  const bool out_of_range = std::isinf(number) || (!is_int && std::fpclassify(number) != FP_NORMAL);
  if (!value.ok() && whole && !octal && spelling[0] != '+' && !out_of_range && digits.size() <= model::kDigitsMax) {
    report("value", "strtod", "script.value", "refused", spelling);
  }
  if (value.ok() && (!whole || (!value.value().overflow && value.value().number != number))) {
    report("value", "strtod", "script.value", "differs", spelling);
  }
}

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) {
  const Input in = decode(input);
  return spell(in.seconds) + " s from " + std::to_string(in.now_ns) + " ns\n" + in.spelling + "\n";
}

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input = fuzz::decode({data, size});
  if (!std::isnan(input.seconds)) {
    fuzz::check_lock(input.seconds, input.now_ns);
  }
  fuzz::check_specification(fuzz::spell(input.seconds), input.seconds);
  fuzz::check_spelling(input.spelling);
  return 0;
}
