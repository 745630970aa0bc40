#include "harness/cli/report.h"

#include <ctime>
#include <filesystem>
#include <fstream>

#include "harness/cli/command.h"
#include "harness/cli/divergence_json.h"
#include "harness/script/print.h"

namespace lockstep::cli {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm broken_down{};
  gmtime_r(&now, &broken_down);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken_down);
  return text;
}

void write_report(const Run& run, const std::string& folder) {
  std::filesystem::create_directories(folder);
  auto json = results(run);
  for (std::size_t index = 0; index < run.divergences.size(); ++index) {
    const Divergence& divergence = run.divergences[index];
    const std::string file = folder + "/divergence-" + std::to_string(index + 1) + ".lks";
    std::ofstream(file) << script::print(divergence.script);
    json["divergences"][index]["replay"] = replay_command(run.subjects[divergence.subject], divergence.script, file);
  }
  std::ofstream out(folder + "/results.json");
  out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  if (!out.flush()) {
    throw UsageError(folder + "/results.json: can't be written");
  }
}

}  // namespace lockstep::cli
