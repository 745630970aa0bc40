#include "fuzz/support/histories.h"

#include <array>
#include <optional>

namespace lockstep::fuzz {
namespace {

using judge::Deed;

constexpr std::size_t kClients = 5;

// The ways to move, of 32.
constexpr unsigned kDies = 31;
constexpr unsigned kLies = 28;  // up to kDies: returns what is not so, the deed 1 to 3 further
constexpr unsigned kPolls = 26;
constexpr unsigned kReleases = 13;

bool may_vanish(Deed deed) { return deed == Deed::kAcquired || deed == Deed::kReleased; }

class Game {
 public:
  explicit Game(bool recursive) : recursive_(recursive) {}

  void move(std::size_t number, unsigned how) {
    Client& client = clients_[number];
    if (client.dead) {
      return;
    }
    if (!client.open) {
      begin(client, number, how);
    } else if (how == kDies && may_vanish(history_[client.operation].deed)) {
      client.dead = true;
    } else if (!client.done) {
      act(client, number);
    } else {
      finish(client, how);
    }
  }

  // What is still open never returns; what then proves nothing is left out.
  judge::History take() {
    std::erase_if(history_, [](const judge::Operation& operation) {
      return operation.returned == judge::kNever && !may_vanish(operation.deed);
    });
    return std::move(history_);
  }

 private:
  struct Client {
    bool dead = false;
    bool open = false;
    bool done = false;
    bool polls = false;
    std::size_t operation = 0;
    unsigned depth = 0;  // of an RLock
  };

  void begin(Client& client, std::size_t number, unsigned how) {
    if (history_.size() == kOperationsMax) {
      return;
    }
    const Deed wanted = how < kReleases ? Deed::kReleased : Deed::kAcquired;
    client = {false, true, false, how >= kPolls, history_.size(), client.depth};
    history_.push_back({static_cast<std::uint32_t>(number), wanted, now_++, judge::kNever});
  }

  void act(Client& client, std::size_t number) {
    Deed& deed = history_[client.operation].deed;
    const bool mine = held_ && (!recursive_ || owner_ == number);
    if (deed == Deed::kReleased) {
      client.done = true;
      deed = mine ? Deed::kReleased : Deed::kRejected;
      client.depth -= mine && recursive_ ? 1 : 0;
      held_ = mine ? client.depth > 0 : held_;
    } else if (!held_ || (recursive_ && mine)) {
      client.done = true;
      client.depth += recursive_ ? 1 : 0;
      held_ = true;
      owner_ = number;
    } else if (client.polls) {
      client.done = true;
      deed = Deed::kRefused;
    }
  }

  void finish(Client& client, unsigned how) {
    judge::Operation& operation = history_[client.operation];
    if (how >= kLies && how < kDies) {
      operation.deed = static_cast<Deed>((static_cast<unsigned>(operation.deed) + 1 + how - kLies) % 4);
    }
    operation.returned = now_++;
    client.open = false;
  }

  const bool recursive_;
  judge::History history_;
  std::array<Client, kClients> clients_{};
  bool held_ = false;
  std::size_t owner_ = 0;
  std::uint32_t now_ = 0;
};

}  // namespace

judge::History decode_history(std::span<const std::uint8_t> bytes) {
  Game game(!bytes.empty() && bytes[0] % 2 != 0);
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    game.move((bytes[i] & 7U) % kClients, bytes[i] >> 3U);
  }
  return game.take();
}

std::string print(const judge::History& history) {
  constexpr std::array kDeeds = {"acquired", "refused", "released", "rejected"};
  std::string text;
  for (const judge::Operation& operation : history) {
    const std::string end = operation.returned == judge::kNever ? "never" : std::to_string(operation.returned);
    text += "client " + std::to_string(operation.client) + ": " + kDeeds[static_cast<std::size_t>(operation.deed)] +
            " [" + std::to_string(operation.called) + ", " + end + "]\n";
  }
  return text;
}

}  // namespace lockstep::fuzz
