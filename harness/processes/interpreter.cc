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

// The folders of the versions whose names begin so, in order.
std::vector<fs::path> pyenv_versions(const std::string& beginning) {
  std::error_code error;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(pyenv_root() / "versions", error)) {
    if (entry.path().filename().string().compare(0, beginning.size(), beginning) == 0) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::string> under_pyenv(const std::string& version) {
  std::optional<std::string> newest;
  for (const fs::path& folder : pyenv_versions(version)) {
    const std::string name = folder.filename();
    const bool matches = name == version || name[version.size()] == '.';
    if (matches && is_executable(folder / "bin" / "python")) {
      newest = folder / "bin" / "python";
    }
  }
  return newest;
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) {
    result += letter == '\'' ? "'\\''" : std::string(1, letter);
  }
  return result + "'";
}

// What the interpreter prints when it runs this program; empty if it does not start.
std::string output_of(const std::string& path, const std::string& program) {
  const std::string command = quoted(path) + " -c " + quoted(program) + " 2>/dev/null </dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "re"), pclose);
  std::array<char, 256> text{};
  const std::size_t got = pipe == nullptr ? 0 : std::fread(text.data(), 1, text.size(), pipe.get());
  return std::string(text.data(), got);
}

}  // namespace

Interpreter ask_interpreter(const std::string& path) {
  const std::string answer =
      output_of(path,
                "import platform, sys; print(sys.implementation.name, platform.python_version(), sys.version_info[1], "
                "'t' in getattr(sys, 'abiflags', ''))");
  std::istringstream words(answer);
  Interpreter interpreter;
  std::string free_threaded;
  interpreter.path = path;
  if (!(words >> interpreter.implementation >> interpreter.version >> interpreter.minor >> free_threaded)) {
    throw replay::AdapterError("interpreter '" + path + "': does not start, or does not answer as Python 3 does");
  }
  interpreter.free_threaded = free_threaded == "True";
  return interpreter;
}

bool has_module(const std::string& path, const std::string& module) {
  const std::string question = "import importlib.util; print(importlib.util.find_spec('" + module + "') is not None)";
  return output_of(path, question) == "True\n";
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
  std::vector<fs::path> known;
  const auto add = [&](const fs::path& candidate) {
    std::error_code error;
    const fs::path file = fs::canonical(candidate, error);
    if (!error && is_executable(file) && std::find(known.begin(), known.end(), file) == known.end()) {
      known.push_back(file);
      found.push_back(candidate);
    }
  };
  std::vector<fs::path> folders = path_folders();
  folders.emplace_back("/usr/bin");
  for (int minor = kOldestMinor; minor <= kNewestMinor; ++minor) {
    const std::string version = "3." + std::to_string(minor);
    for (const fs::path& folder : folders) {
      add(folder / ("python" + version));
    }
    for (const fs::path& folder : pyenv_versions(version + ".")) {
      add(folder / "bin" / "python");
    }
  }
  for (const fs::path& folder : folders) {
    add(folder / "pypy3");
  }
  for (const fs::path& folder : pyenv_versions("pypy3")) {
    add(folder / "bin" / "pypy3");
  }
  return found;
}

}  // namespace lockstep::processes
