#include "harness/judge/rlock_history.h"

#include <algorithm>

namespace lockstep::judge {
namespace {

constexpr std::int64_t kNobody = -1;

struct Client {
  std::uint32_t depth = 0;         // after its last call, in flight or not: the results are known
  std::int64_t release = kNobody;  // its outermost release in flight, not yet placed
};

class Checker {
 public:
  explicit Checker(const History& history) : history_(history), outermost_(history.size(), 0) {
    std::uint32_t clients = 0;
    for (const Operation& operation : history) {
      clients = std::max(clients, operation.client + 1);
    }
    clients_.resize(clients);
  }

  HistoryVerdict check() {
    const Moments moments(history_);
    for (now_ = 0; now_ < moments.marks.size(); ++now_) {
      const std::uint32_t mark = moments.marks[now_];
      if (mark == kNever) {
        continue;
      }
      const std::uint32_t operation = mark / 2;
      if (const char* reason = mark % 2 == Moments::kReturn ? force(operation) : call(operation)) {
        return {false, operation, reason};
      }
    }
    return {};
  }

 private:
  // The client's own view: recursion levels.
  const char* call(std::uint32_t operation) {
    const Operation& called = history_[operation];
    Client& client = clients_[called.client];
    switch (called.deed) {
      case Deed::kAcquired:
        if (client.depth++ == 0) {
          outermost_[operation] = 1;
          acquires_.push_back(operation);
        }
        return nullptr;
      case Deed::kReleased:
        if (client.depth == 0) {
          return called.returned == kNever ? nullptr : "released by a client that did not hold it";
        }
        if (client.depth-- == 1) {
          outermost_[operation] = 1;
          client.release = operation;
        }
        return nullptr;
      case Deed::kRefused:
        return client.depth == 0 ? nullptr : "the owner's own acquire was refused";
      case Deed::kRejected:
        return client.depth == 0 ? nullptr : "the owner's own release was rejected";
    }
    return nullptr;
  }

  const char* force(std::uint32_t operation) {
    const Operation& returned = history_[operation];
    if (returned.deed == Deed::kRefused) {
      const bool seen = holder_ != kNobody || last_held_ > returned.called;
      return seen || take_first() ? nullptr : "refused although the lock was free during the whole call";
    }
    if (outermost_[operation] == 0) {
      return nullptr;
    }
    if (returned.deed == Deed::kReleased) {
      // Its acquire has returned, hence is placed, and nobody else can have freed the lock.
      free();
      return nullptr;
    }
    if (holder_ != kNobody) {
      if (clients_[static_cast<std::size_t>(holder_)].release == kNobody) {
        return "acquired while another client held the lock";
      }
      free();
    }
    hold(operation);
    return nullptr;
  }

  void hold(std::uint32_t operation) {
    outermost_[operation] = 0;
    acquires_.erase(std::find(acquires_.begin(), acquires_.end(), operation));
    holder_ = history_[operation].client;
    last_held_ = now_;
  }

  void free() {
    Client& client = clients_[static_cast<std::size_t>(holder_)];
    outermost_[static_cast<std::size_t>(client.release)] = 0;
    client.release = kNobody;
    holder_ = kNobody;
    last_held_ = now_;
  }

  bool take_first() {
    const auto first = std::min_element(acquires_.begin(), acquires_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return history_[a].returned < history_[b].returned;
    });
    if (first == acquires_.end()) {
      return false;
    }
    hold(*first);
    return true;
  }

  const History& history_;
  std::vector<std::uint8_t> outermost_;  // and not yet placed
  std::vector<Client> clients_;
  std::vector<std::uint32_t> acquires_;  // open outermost ones, not yet placed
  std::int64_t holder_ = kNobody;
  std::uint32_t now_ = 0;
  std::uint32_t last_held_ = 0;  // the last moment at which somebody held it, if nobody does; 0: none
};

}  // namespace

HistoryVerdict check_rlock_history(const History& history) { return Checker(history).check(); }

}  // namespace lockstep::judge
