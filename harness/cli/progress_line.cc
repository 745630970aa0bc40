#include "harness/cli/progress_line.h"

#include <algorithm>
#include <cstdio>

#include <unistd.h>

#include "harness/cli/clock.h"

namespace lockstep::cli {
namespace {

constexpr double kPlainLineEvery_s = 10;

}  // namespace

ProgressLine::ProgressLine(const char* what, std::uint64_t planned, double seconds_planned, bool quiet)
    : what_(what),
      planned_(planned),
      seconds_planned_(seconds_planned),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) != 0),
      begun_s_(monotonic_s()),
      last_shown_s_(begun_s_) {}

ProgressLine::~ProgressLine() {
  if (shown_ && terminal_) {
    std::fprintf(stderr, "\r\033[K");
  }
}

std::string ProgressLine::text(const processes::Progress& progress) const {
  const double elapsed_s = std::max(monotonic_s() - begun_s_, 1e-3);
  const std::uint64_t done = progress.scripts.load();
  const double rate = static_cast<double>(done) / elapsed_s;
  const std::uint64_t planned = planned_ > 0 ? planned_ : progress.planned.load();
  const double limit_s = seconds_planned_ > 0 ? seconds_planned_ - elapsed_s : 1e9;
  const double by_count_s =
      planned > 0 && rate > 0 ? static_cast<double>(planned - std::min(done, planned)) / rate : 1e9;
  const double left_s = std::max(0.0, std::min(by_count_s, limit_s));
  const std::string all = planned > 0 ? " / " + std::to_string(planned) : "";
  char rest[120];
  std::snprintf(rest, sizeof rest, " %s, %.0f/s, %.0f s left, %llu divergences", what_, rate, left_s,
                static_cast<unsigned long long>(progress.divergences.load()));
  return std::to_string(done) + all + rest;
}

void ProgressLine::show(const processes::Progress& progress) {
  if (quiet_) {
    return;
  }
  if (terminal_) {
    std::fprintf(stderr, "\r\033[K%s", text(progress).c_str());
    shown_ = true;
  } else if (monotonic_s() - last_shown_s_ >= kPlainLineEvery_s) {
    std::fprintf(stderr, "%s\n", text(progress).c_str());
    last_shown_s_ = monotonic_s();
  }
}

}  // namespace lockstep::cli
