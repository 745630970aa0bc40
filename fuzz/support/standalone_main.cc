#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/support/target.h"

// The engine of builds without one: replays the files that it is given, and all files of folders, in order of name.
//
//   TARGET PATH...        exit 0 if the property holds for all; aborts at the first for which it does not
//   TARGET --text FILE    prints what the input stands for
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

Bytes read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

std::vector<fs::path> files_in(const fs::path& path) {
  if (!fs::is_directory(path)) {
    return {path};
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

// Its target may need none.
__attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize != nullptr) {
    LLVMFuzzerInitialize(&argc, &argv);
  }
  if (argc == 3 && std::strcmp(argv[1], "--text") == 0 && fs::is_regular_file(argv[2])) {
    std::fputs(lockstep::fuzz::text_of(read(argv[2])).c_str(), stdout);
    return 0;
  }
  std::size_t inputs = 0;
  for (int index = 1; index < argc; ++index) {
    if (!fs::exists(argv[index])) {
      std::fprintf(stderr, "%s: no such file or folder\n", argv[index]);
      return 2;
    }
    for (const fs::path& path : files_in(argv[index])) {
      const Bytes input = read(path);
      std::fprintf(stderr, "%s\n", path.c_str());  // the last line names the input that failed
      LLVMFuzzerTestOneInput(input.data(), input.size());
      ++inputs;
    }
  }
  std::printf("%zu inputs\n", inputs);
  return 0;
}
