#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/model/script.h"
#include "harness/trace/trace.h"

namespace lockstep::replay {

// What is replayed: a script and how the choices that its `schedule` does not pin are made (harness/cell/choices.h).
struct Item {
  const model::Script* script = nullptr;
  std::uint64_t seed = 0;      // 0: always the first option
  std::uint8_t pct_depth = 0;  // 0: any option is as likely as another; d > 0: PCT of that depth
};

// The implementation can't be driven: it does not start, its module has no Lock, an actor died outside a call. Not a
// verdict on its locks. what() is one line for the user.
class AdapterError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// This way to replay is not to be had on this system, or not for this implementation; another may be.
class NotAvailable : public AdapterError {
 public:
  using AdapterError::AdapterError;
};

// The user wants to stop.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

// A way to replay scripts against one implementation. Stateful: it keeps processes between replays.
class Carrier {
 public:
  Carrier() = default;
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;
  virtual ~Carrier() = default;

  // One trace an item, in order. Throws AdapterError or Interrupted; the carrier is of no use afterwards.
  virtual std::vector<trace::Trace> replay(std::span<const Item> items) = 0;

  // Starts over with new processes, so that nothing of what was replayed before can matter.
  virtual void renew() = 0;
};

}  // namespace lockstep::replay
