#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/file_descriptor.h"

namespace lockstep::processes {

// A file or directory under /proc, kept open between reads: reading a kept one costs about 1 us, opening it anew three
// times that. It belongs to the process it was opened for: once that is reaped every read fails, even if the pid has
// been given to another.
class ProcFile {
 public:
  ProcFile() = default;
  explicit ProcFile(const std::string& path, int flags = 0);

  // 0, or the errno of the open or read that failed last.
  [[nodiscard]] int error() const { return error_; }

  // One read, enough for the files of one line; empty on error. The view is of the buffer.
  [[nodiscard]] std::string_view read_line(std::string& buffer);

  // All decimal numbers of a file of numbers.
  void append_numbers(std::vector<pid_t>& numbers);

  // The entries of a directory that are numbers.
  void append_entries(std::vector<pid_t>& numbers);

 private:
  void note_failure();

  base::FileDescriptor descriptor_;
  int error_ = 0;
};

// Of /proc/PID/stat (proc(5)).
struct Stat {
  char state = '?';  // R S D T t Z X I
  pid_t parent = 0;
  std::uint64_t start_time = 0;  // field 22, in clock ticks since boot
};

[[nodiscard]] std::optional<Stat> parse_stat(std::string_view line);

}  // namespace lockstep::processes
