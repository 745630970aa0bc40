#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lockstep::processes {

// What /proc/PID/task/TID/syscall (proc(5)) says of a thread that is off the CPU.
struct SystemCall {
  static constexpr long kNone = -1;  // asleep outside a system call: stopped, or in a page fault

  long number = kNone;
  std::array<std::uint64_t, 6> arguments{};
  std::uint64_t stack_pointer = 0;
  std::uint64_t program_counter = 0;
  bool operator==(const SystemCall&) const = default;
};

// Nothing for "running", and for a line that is none of the known forms.
[[nodiscard]] std::optional<SystemCall> parse_system_call(std::string_view line);

// What ends a wait.
enum class Wait : std::uint8_t {
  kEvent,           // only somebody else: futex without a timeout, read of a pipe, flock, ...
  kEventOrTimeout,  // somebody else, or the time that the call names
  kTimeout,         // only time, or nothing we know of: nanosleep, poll of no descriptor, any call not listed
  kStopped,         // SIGCONT
};

// For a thread that is asleep (state S) in this call. The answer is about the call alone. What wakes a thread by other
// means does not show in it: a signal of a timer (setitimer, alarm), a timerfd, SO_RCVTIMEO.
[[nodiscard]] Wait classify(const SystemCall& call);

}  // namespace lockstep::processes
