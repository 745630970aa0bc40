#pragma once

#include <string>

#include "harness/processes/workers.h"

namespace lockstep::cli {

// Tells how far a campaign is, on stderr: one live line on a terminal, a plain line every 10 s elsewhere, nothing if
// quiet.
class ProgressLine {
 public:
  // `what` is done, `planned` times; 0: the workers say how often, if they know. No more is begun after
  // `seconds_planned`; 0: there is no such limit.
  ProgressLine(const char* what, std::uint64_t planned, double seconds_planned, bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const processes::Progress& progress);

 private:
  [[nodiscard]] std::string text(const processes::Progress& progress) const;

  const char* what_;
  std::uint64_t planned_;
  double seconds_planned_;
  bool quiet_;
  bool terminal_;
  bool shown_ = false;
  double begun_s_;
  double last_shown_s_;
};

}  // namespace lockstep::cli
