#include "harness/processes/call_timeout.h"

#include <cmath>
#include <fstream>
#include <string>

#include "harness/model/value.h"

namespace lockstep::processes {

std::int64_t timeout_of(const model::Call& call) {
  if (call.method != model::Method::kAcquire) {
    return kNoTimeout;
  }
  const model::Argument* timeout = call.arguments.size() > 1 ? &call.arguments[1] : nullptr;
  for (const model::Argument& argument : call.arguments) {
    timeout = argument.keyword == "timeout" ? &argument : timeout;
  }
  if (timeout == nullptr || timeout->keyword == "block") {
    return kNoTimeout;
  }
  const auto value = model::parse_value(timeout->spelling);
  constexpr double kSecondsMax = 9e9;  // as nanoseconds still an int64
  if (!value.ok() || !value.value().is_number() || value.value().overflow || !(value.value().number < kSecondsMax)) {
    return kNoTimeout;
  }
  return value.value().number <= 0 ? 0 : static_cast<std::int64_t>(std::ceil(value.value().number * 1e9));
}

Work work_of(pid_t pid, pid_t tid) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid);
  Work work;
  std::ifstream(folder + "/schedstat") >> work.on_cpu_ns >> work.in_queue_ns;
  std::ifstream status(folder + "/status");
  for (std::string word; status >> word;) {
    if (word == "voluntary_ctxt_switches:") {
      status >> work.sleeps;
      break;
    }
  }
  return work;
}

}  // namespace lockstep::processes
