#include "harness/processes/system_call.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include <charconv>
#include <cstddef>

namespace lockstep::processes {
namespace {

// Takes the next number off the text: decimal, or hexadecimal after 0x.
template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(begin);
  const bool hexadecimal = text.substr(0, 2) == "0x";
  text.remove_prefix(hexadecimal ? 2 : 0);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc();
}

Wait unless(bool timed) { return timed ? Wait::kEventOrTimeout : Wait::kEvent; }

// Timeouts that are pointers wait for ever when NULL; those that are milliseconds, when negative (an int, so that only
// the low half of the register counts).
bool has_milliseconds(std::uint64_t argument) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(argument)) >= 0;
}

Wait classify_futex(const SystemCall& call) {
  switch (static_cast<int>(call.arguments[1]) & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
    case FUTEX_LOCK_PI:
#ifdef FUTEX_LOCK_PI2
    case FUTEX_LOCK_PI2:
#endif
      return unless(call.arguments[3] != 0);
    default:
      return Wait::kTimeout;
  }
}

Wait classify_fcntl(const SystemCall& call) {
  const auto command = static_cast<int>(call.arguments[1]);
  return command == F_SETLKW || command == F_OFD_SETLKW ? Wait::kEvent : Wait::kTimeout;
}

// With nothing to look at, only time can end it: CPython's time.sleep() up to 3.10, and many a polling loop.
Wait classify_poll(std::uint64_t count, bool timed) { return count == 0 && timed ? Wait::kTimeout : unless(timed); }

// Calls that only somebody else can end, whatever their arguments.
bool waits_for_an_event(long number) {
  switch (number) {
#ifdef SYS_pause
    case SYS_pause:
#endif
    case SYS_rt_sigsuspend:
    case SYS_read:
    case SYS_readv:
    case SYS_write:
    case SYS_writev:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_sendto:
    case SYS_sendmsg:
    case SYS_sendmmsg:
    case SYS_accept:
    case SYS_accept4:
    case SYS_flock:
    case SYS_semop:
    case SYS_msgrcv:
    case SYS_msgsnd:
    case SYS_wait4:
    case SYS_waitid:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<SystemCall> parse_system_call(std::string_view line) {
  SystemCall call;
  line = line.substr(0, line.find('\n'));
  if (!take_number(line, call.number)) {
    return std::nullopt;
  }
  if (call.number != SystemCall::kNone) {
    for (std::uint64_t& argument : call.arguments) {
      if (!take_number(line, argument)) {
        return std::nullopt;
      }
    }
  }
  if (!take_number(line, call.stack_pointer) || !take_number(line, call.program_counter) || !line.empty()) {
    return std::nullopt;
  }
  return call;
}

Wait classify(const SystemCall& call) {
  const auto& argument = call.arguments;
  // Old calls that aarch64 never had, and new ones that the oldest headers do not know, are asked for by #ifdef.
  switch (call.number) {
    case SYS_futex:
      return classify_futex(call);
    case SYS_fcntl:
      return classify_fcntl(call);
#ifdef SYS_futex_waitv
    case SYS_futex_waitv:
      return unless(argument[3] != 0);
#endif
#ifdef SYS_futex_wait
    case SYS_futex_wait:
      return unless(argument[4] != 0);
#endif
#ifdef SYS_poll
    case SYS_poll:
      return classify_poll(argument[1], has_milliseconds(argument[2]));
#endif
#ifdef SYS_select
    case SYS_select:
      return classify_poll(argument[0], argument[4] != 0);
#endif
    case SYS_ppoll:
      return classify_poll(argument[1], argument[2] != 0);
    case SYS_pselect6:
      return classify_poll(argument[0], argument[4] != 0);
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
      return unless(has_milliseconds(argument[3]));
#ifdef SYS_epoll_pwait2
    case SYS_epoll_pwait2:
#endif
    case SYS_semtimedop:
      return unless(argument[3] != 0);
    case SYS_mq_timedreceive:
    case SYS_mq_timedsend:
    case SYS_recvmmsg:
      return unless(argument[4] != 0);
    case SYS_rt_sigtimedwait:
      return unless(argument[2] != 0);
    // A wait that a stop interrupted; the kernel uses it for those with a time left to wait, and for poll without.
    case SYS_restart_syscall:
      return Wait::kTimeout;
    default:
      return waits_for_an_event(call.number) ? Wait::kEvent : Wait::kTimeout;
  }
}

}  // namespace lockstep::processes
