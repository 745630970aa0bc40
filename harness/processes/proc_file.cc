#include "harness/processes/proc_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace lockstep::processes {
namespace {

constexpr std::size_t kBufferSize = 4096;

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// Takes the next word off the text; empty at its end.
std::string_view take_word(std::string_view& text) {
  const std::size_t begin = text.find_first_not_of(" \n");
  if (begin == std::string_view::npos) {
    return {};
  }
  const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

}  // namespace

ProcFile::ProcFile(const std::string& path, int flags)
    : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | flags)), error_(descriptor_.get() < 0 ? errno : 0) {
  // A full table of descriptors says nothing about the process, and must not be taken for its end.
  if (error_ == EMFILE || error_ == ENFILE) {
    throw std::system_error(error_, std::generic_category(), path);
  }
}

std::string_view ProcFile::read_line(std::string& buffer) {
  buffer.resize(kBufferSize);
  const ssize_t size = pread(descriptor_.get(), buffer.data(), buffer.size(), 0);
  if (size < 0) {
    note_failure();
    return {};
  }
  return std::string_view(buffer).substr(0, static_cast<std::size_t>(size));
}

void ProcFile::append_numbers(std::vector<pid_t>& numbers) {
  std::string text;
  std::array<char, kBufferSize> buffer{};
  ssize_t size = 0;
  while ((size = pread(descriptor_.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  if (size < 0) {
    note_failure();
  }
  std::string_view rest = text;
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    pid_t number = 0;
    if (parse_number(word, number)) {
      numbers.push_back(number);
    }
  }
}

void ProcFile::append_entries(std::vector<pid_t>& numbers) {
  alignas(dirent64) std::array<char, kBufferSize> buffer{};
  lseek(descriptor_.get(), 0, SEEK_SET);
  ssize_t size = 0;
  while ((size = getdents64(descriptor_.get(), buffer.data(), buffer.size())) > 0) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      pid_t number = 0;
      if (parse_number(std::string_view(entry->d_name), number)) {
        numbers.push_back(number);
      }
      at += entry->d_reclen;
    }
  }
  if (size < 0) {
    note_failure();
  }
}

// Of a file that was never opened the reason is known already; the read says only EBADF.
void ProcFile::note_failure() {
  if (descriptor_.get() >= 0) {
    error_ = errno;
  }
}

std::optional<Stat> parse_stat(std::string_view line) {
  // The name of the program, in parentheses, may itself contain spaces and parentheses: the last one ends it.
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string_view::npos) {
    return std::nullopt;
  }
  line.remove_prefix(name_end + 1);
  Stat stat;
  const std::string_view state = take_word(line);
  if (state.size() != 1 || !parse_number(take_word(line), stat.parent)) {
    return std::nullopt;
  }
  stat.state = state.front();
  for (int field = 5; field < 22; ++field) {
    take_word(line);
  }
  if (!parse_number(take_word(line), stat.start_time)) {
    return std::nullopt;
  }
  return stat;
}

}  // namespace lockstep::processes
