#include <bit>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/support/plan.h"
#include "fuzz/support/results_samples.h"
#include "harness/script/parse.h"

// The seed corpora: inputs for each target to begin with, made of the conformance cases.
//
//   fuzz_seeds OUT CASES...      writes OUT/TARGET/NAME for every .lks file among the files and folders
namespace lockstep::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTextTargets[] = {"fuzz_script", "fuzz_case", "fuzz_assess", "fuzz_shrink"};
constexpr std::string_view kPlanTargets[] = {"fuzz_reference", "fuzz_differential", "fuzz_processes", "fuzz_explain"};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Writer {
 public:
  explicit Writer(fs::path out) : out_(std::move(out)) {}

  void write(std::string_view target, const std::string& name, const std::string& bytes) {
    fs::create_directories(out_ / target);
    std::ofstream(out_ / target / name, std::ios::binary) << bytes;
    ++written_;
  }

  // Whether the file is a script.
  bool write_case(const fs::path& path) {
    const std::string text = read(path);
    const base::Result<model::Script> script = script::parse(text, path.string());
    if (!script.ok()) {
      std::fprintf(stderr, "%s\n", script.error().text().c_str());
      return false;
    }
    const std::string name = path.parent_path().filename().string() + "-" + path.stem().string();
    for (const std::string_view target : kTextTargets) {
      write(target, name, text);
    }
    // One kind of lock after the other: see Case::choose_flaw().
    const std::string schedule = "schedule " + std::to_string(cases_++ % 13) + " 0 0 0 0 1 1 2 1\n";
    for (const std::string_view target : {"fuzz_case", "fuzz_assess"}) {
      if (text.find("\nschedule") == std::string::npos) {
        write(target, name + "-scheduled", text + schedule);
      }
    }
    const std::vector<std::uint8_t> plan = encode(plan_of(script.value()));
    for (const std::string_view target : kPlanTargets) {
      write(target, name, std::string(plan.begin(), plan.end()));
    }
    return true;
  }

  void write_samples() {
    base::Random random(1);
    for (unsigned reader = 0; reader < kReaders; ++reader) {
      const auto which = static_cast<std::uint8_t>(reader);
      write("fuzz_results", "sample-" + std::to_string(reader), static_cast<char>(which) + sample_of(which, random));
    }
    constexpr double kTimeouts[] = {
        0.1, 5e-324, 4194304.000006577, 9223372036.854775, 1e-9, -1.0, std::numeric_limits<double>::infinity()};
    for (const double seconds : kTimeouts) {
      const auto bits = std::bit_cast<std::uint64_t>(seconds);
      const std::string number(reinterpret_cast<const char*>(&bits), sizeof bits);
      write("fuzz_timeout", std::to_string(bits), number + std::string(8, '\x01') + "10**400");
    }
    // An acquire, a second one that is refused, a release, and a third acquire: see decode_history().
    write("fuzz_checker", "hand-over", std::string("\0\x70\x70\x70\xd1\xd1\xd1\0\0\0\x72\x72\x72", 13));
  }

  [[nodiscard]] std::size_t written() const { return written_; }

 private:
  fs::path out_;
  std::size_t written_ = 0;
  int cases_ = 0;
};

}  // namespace
}  // namespace lockstep::fuzz

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc < 3) {
    std::fprintf(stderr, "usage: fuzz_seeds OUT CASES...\n");
    return 2;
  }
  lockstep::fuzz::Writer writer(argv[1]);
  bool good = true;
  for (int index = 2; index < argc; ++index) {
    if (!fs::is_directory(argv[index])) {
      good = writer.write_case(argv[index]) && good;
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(argv[index])) {
      good = (entry.path().extension() != ".lks" || writer.write_case(entry.path())) && good;
    }
  }
  writer.write_samples();
  std::printf("%zu seeds\n", writer.written());
  return good ? 0 : 1;
}
