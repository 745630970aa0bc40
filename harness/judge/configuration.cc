#include "harness/judge/configuration.h"

#include <algorithm>
#include <string_view>

namespace lockstep::judge {
namespace {

constexpr std::size_t kFew = 12;

std::size_t hash(const Configuration& configuration) {
  const auto* bytes = reinterpret_cast<const char*>(&configuration);
  return std::hash<std::string_view>()(std::string_view(bytes, sizeof configuration));
}

}  // namespace

bool ConfigurationSet::insert(const Configuration& configuration) {
  if (items_.size() < kFew) {
    if (std::find(items_.begin(), items_.end(), configuration) != items_.end()) {
      return false;
    }
    items_.push_back(configuration);
    return true;
  }
  if (slots_.size() < 2 * (items_.size() + 1)) {
    rebuild(8 * items_.size());
  }
  items_.push_back(configuration);
  const bool fresh = insert_hashed(static_cast<std::uint32_t>(items_.size() - 1));
  if (!fresh) {
    items_.pop_back();
  }
  return fresh;
}

void ConfigurationSet::clear() {
  items_.clear();
  slots_.clear();
}

void ConfigurationSet::swap(ConfigurationSet& other) {
  items_.swap(other.items_);
  slots_.swap(other.slots_);
}

void ConfigurationSet::rebuild(std::size_t slots) {
  std::size_t size = 64;
  while (size < slots) {
    size *= 2;
  }
  slots_.assign(size, 0);
  for (std::size_t i = 0; i < items_.size(); ++i) {
    insert_hashed(static_cast<std::uint32_t>(i));
  }
}

bool ConfigurationSet::insert_hashed(std::uint32_t item) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash(items_[item]) & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) {
      slots_[slot] = item + 1;
      return true;
    }
    if (items_[slots_[slot] - 1] == items_[item]) {
      return false;
    }
  }
}

}  // namespace lockstep::judge
