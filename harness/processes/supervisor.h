#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include "harness/cell/layout.h"
#include "harness/processes/remote_memory.h"
#include "harness/processes/seccomp_listener.h"

namespace lockstep::processes {

// Answers the futex calls of a family in Mode::kNotified, in the place of the kernel: who waits, who wakes and when a
// timeout is over are what the scheduler says (harness/cell). The C library's semaphores and the reference's futex code
// are the shipped ones, so what they make of the answers is what is under test.
//
// The rule of one baton holds: a thread whose call has stopped holds it until it is answered or begins to wait; then
// the coordinator takes it over and passes it on as any other party would.
class Supervisor {
 public:
  // An AwaitBaton: answers calls until the baton is here.
  [[nodiscard]] bool await_baton(cell::Cell& cell);

  // How many waits and wake-ups of locks have come here.
  [[nodiscard]] std::uint64_t waits() const { return waits_; }
  [[nodiscard]] std::uint64_t wakes() const { return wakes_; }

 private:
  struct Kept {
    std::uint64_t id = 0;
    std::uint64_t address = 0;  // of the word
    pid_t tid = 0;
  };

  void open(cell::Cell& cell);
  void await_summons(cell::Cell& cell, std::optional<Notification> call);
  void handle(cell::Cell& cell, const Notification& call);
  void wait(cell::Cell& cell, int party, const Notification& call);
  void resume(cell::Cell& cell, int party);
  void free_word(cell::Cell& cell, pid_t tid, std::uint64_t address);
  [[nodiscard]] int party_of(cell::Cell& cell, pid_t tid);
  [[nodiscard]] std::uint64_t key_of(cell::Cell& cell, int party, std::uint64_t address);

  std::unique_ptr<SeccompListener> listener_;
  std::unordered_map<pid_t, int> parties_;  // by thread
  Kept kept_[cell::kPartiesMax];
  SharedWords words_;
  std::uint64_t waits_ = 0;
  std::uint64_t wakes_ = 0;
};

}  // namespace lockstep::processes
