#include "harness/processes/interpreter.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>

#include <unistd.h>

#include "harness/replay/carrier.h"

namespace lockstep::processes {
namespace {

namespace fs = std::filesystem;

constexpr int kOldestMinor = 8;
constexpr int kNewestMinor = 14;

bool is_executable(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

std::vector<fs::path> path_folders() {
  std::vector<fs::path> folders;
  const char* const path = std::getenv("PATH");
  std::istringstream entries(path == nullptr ? "" : path);
  for (std::string entry; std::getline(entries, entry, ':');) {
    // pyenv's shims are scripts that choose a version by the current folder: not what was asked for.
    if (!entry.empty() && entry.find("/shims") == std::string::npos) {
      folders.emplace_back(entry);
    }
  }
  return folders;
}

fs::path pyenv_root() {
  if (const char* const root = std::getenv("PYENV_ROOT"); root != nullptr) {
    return root;
  }
  const char* const home = std::getenv("HOME");
  return home == nullptr ? fs::path() : fs::path(home) / ".pyenv";
}

std::optional<std::string> under_pyenv(const std::string& version) {
  std::error_code error;
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(pyenv_root() / "versions", error)) {
    const std::string name = entry.path().filename();
    const bool matches = name == version || name.compare(0, version.size() + 1, version + ".") == 0;
    if (matches && is_executable(entry.path() / "bin" / "python")) {
      found.push_back(entry.path() / "bin" / "python");
    }
  }
  return found.empty() ? std::nullopt : std::optional(*std::max_element(found.begin(), found.end()));
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) {
    result += letter == '\'' ? "'\\''" : std::string(1, letter);
  }
  return result + "'";
}

}  // namespace

Interpreter ask_interpreter(const std::string& path) {
  const std::string question =
      "import platform, sys; print(sys.implementation.name, platform.python_version(), sys.version_info[1])";
  const std::string command = quoted(path) + " -c " + quoted(question) + " 2>/dev/null </dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> answer(popen(command.c_str(), "re"), pclose);
  std::array<char, 64> implementation{};
  std::array<char, 64> version{};
  int minor = 0;
  if (answer == nullptr ||
      std::fscanf(answer.get(), "%63s %63s %d", implementation.data(), version.data(), &minor) != 3) {
    throw replay::AdapterError("interpreter '" + path + "': does not start, or does not answer as Python 3 does");
  }
  return {path, implementation.data(), version.data(), minor};
}

std::optional<std::string> find_interpreter(const std::string& wanted) {
  if (wanted.find('/') != std::string::npos) {
    return is_executable(wanted) ? std::optional(wanted) : std::nullopt;
  }
  const bool is_version = !wanted.empty() && wanted.front() >= '0' && wanted.front() <= '9';
  for (const fs::path& folder : path_folders()) {
    if (const fs::path candidate = folder / (is_version ? "python" + wanted : wanted); is_executable(candidate)) {
      return candidate;
    }
  }
  return under_pyenv(wanted);
}

std::vector<std::string> all_interpreters() {
  std::vector<std::string> found;
  for (int minor = kOldestMinor; minor <= kNewestMinor; ++minor) {
    if (auto path = find_interpreter("3." + std::to_string(minor)); path.has_value()) {
      found.push_back(*path);
    }
  }
  return found;
}

}  // namespace lockstep::processes
