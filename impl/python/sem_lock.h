#pragma once

#include "impl/python/python.h"

#include <utility>
#include <variant>

#include "impl/python/lock_object.h"
#include "impl/python/semaphore.h"

namespace lockstep::impl {

// What an object of multiprocessing's type SemLock is, as its arguments say: one of our locks, if it counts to 1 and
// has no name, else a semaphore.
class AnyLock {
 public:
  template <class L, class... Arguments>
  explicit AnyLock(std::in_place_type_t<L> type, Arguments&&... arguments)
      : lock_(type, std::forward<Arguments>(arguments)...) {}

  [[nodiscard]] Acquire reenter() {
    return std::visit([](auto& lock) { return lock.reenter(); }, lock_);
  }
  [[nodiscard]] bool try_acquire() {
    return std::visit([](auto& lock) { return lock.try_acquire(); }, lock_);
  }
  [[nodiscard]] bool spin() {
    return std::visit([](auto& lock) { return lock.spin(); }, lock_);
  }
  [[nodiscard]] Acquire wait(std::int64_t deadline_ns) {
    return std::visit([=](auto& lock) { return lock.wait(deadline_ns); }, lock_);
  }
  void took() {
    std::visit([](auto& lock) { lock.took(); }, lock_);
  }
  [[nodiscard]] Release release() {
    return std::visit([](auto& lock) { return lock.release(); }, lock_);
  }
  [[nodiscard]] bool mine() const {
    return std::visit([](auto& lock) { return lock.mine(); }, lock_);
  }
  [[nodiscard]] std::int32_t count() const {
    return std::visit([](auto& lock) { return lock.count(); }, lock_);
  }
  void forget() {
    std::visit([](auto& lock) { lock.forget(); }, lock_);
  }
  [[nodiscard]] bool is_free() const {
    return std::visit([](auto& lock) { return lock.is_free(); }, lock_);
  }
  [[nodiscard]] FutexPlatform platform() const { return {}; }

  [[nodiscard]] bool recursive() const {
    const auto* semaphore = std::get_if<Semaphore>(&lock_);
    return semaphore == nullptr ? std::holds_alternative<PythonRLock>(lock_) : semaphore->recursive();
  }
  [[nodiscard]] int value() const {
    const auto* semaphore = std::get_if<Semaphore>(&lock_);
    return semaphore == nullptr ? static_cast<int>(is_free()) : semaphore->value();
  }
  [[nodiscard]] int value_max() const {
    const auto* semaphore = std::get_if<Semaphore>(&lock_);
    return semaphore == nullptr ? 1 : semaphore->value_max();
  }
  // Null if it is not a semaphore.
  [[nodiscard]] sem_t* shared() const {
    const auto* semaphore = std::get_if<Semaphore>(&lock_);
    return semaphore == nullptr ? nullptr : semaphore->shared();
  }

 private:
  std::variant<PythonLock, PythonRLock, Semaphore> lock_;
};

}  // namespace lockstep::impl
