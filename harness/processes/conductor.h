#pragma once

#include "harness/cell/layout.h"

namespace lockstep::processes {

// Drives a family in Mode::kReported step by step: lets one party run, waits until nobody runs any more, writes down
// what has happened, and asks the scheduler for the next. Who is woken, and in what order, the kernel decides.
//
// Nobody sees a sleeper wake: between sem_post() and the report of the thread that it woke there is a while in which
// all reports say that everyone rests. A law of conservation shows that somebody is on the way. The reports, in their
// order (harness/shim/reporting.cc):
//
//   coordinator, before it lets a party run,
//     or ends its wait by a signal              running++
//   a party that is at rest or about to wait    running--; from 1 to 0 it gives the coordinator the baton
//   a party that posts                          posts++, then sem_post()
//   a party whose wait has succeeded            running++, wakes++, acquired++
//   a party whose sem_trywait() has             acquired++
//
// It is quiet if the coordinator reads, in this order: wakes; running == 0; for every semaphore value + acquired ==
// initial + posts, and value == 0 or nobody waits for it; wakes as before; running == 0.
//
// Proof. With running == 0 nobody is between posts++ and the end of sem_post(), so all posts are in the values.
// Suppose some thread has been woken and has not said so by running++ when the coordinator reads running for the second
// time. If it has not taken the value yet, the value is positive and it waits for it. If it has, value + acquired is
// one less than initial + posts. Either way the test fails. If it did say running++ between the two reads of running,
// it has since either said wakes++, so that the two reads of wakes differ, or not yet said acquired++, and the sum is
// one less again. So if the test holds nobody is on the way, and nobody who could wake anybody runs. If it fails, then
// because somebody is on the way, who will bring running to 0 again and so give the baton: the coordinator takes the
// baton before it tests, so that one given later is not lost.
//
// "About to wait" is not "queued", though: the kernel wakes in the order in which threads came to sleep, so before the
// next step the coordinator looks in /proc/PID/task/TID/syscall until the new waiter sleeps on its semaphore.
class Conductor {
 public:
  // An AwaitBaton: true when it is quiet and the cell has everything that has happened.
  [[nodiscard]] bool await_baton(cell::Cell& cell);

 private:
  void account(cell::Cell& cell);
  void settle(cell::Cell& cell, int party);
  void go_on(cell::Cell& cell, int party);

  std::uint32_t woken_[cell::kPartiesMax] = {};  // Party::woken, as far as accounted for
};

// The test above.
[[nodiscard]] bool is_quiet(cell::Cell& cell);

}  // namespace lockstep::processes
