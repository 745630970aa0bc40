#include "harness/judge/history.h"

#include <algorithm>

namespace lockstep::judge {

Moments::Moments(const History& history) {
  std::uint32_t last = 0;
  for (const Operation& operation : history) {
    last = std::max({last, operation.called, operation.returned == kNever ? 0 : operation.returned});
  }
  marks.assign(history.empty() ? 0 : static_cast<std::size_t>(last) + 1, kNever);
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    marks[history[i].called] = 2 * i;
    if (history[i].returned != kNever) {
      marks[history[i].returned] = 2 * i + kReturn;
    }
  }
}

}  // namespace lockstep::judge
