#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep::script {

// How many bits a number below `bound` takes. REQUIRES: bound > 0.
inline int bits_below(int bound) { return static_cast<int>(std::bit_width(static_cast<unsigned>(bound - 1))); }

// Bits, the most significant one first, into bytes; the last byte is filled up with zeros.
class BitWriter {
 public:
  void put(std::uint64_t value, int bits) {
    for (int i = bits - 1; i >= 0; --i) {
      if (used_ % 8 == 0) {
        bytes_.push_back(0);
      }
      const unsigned bit = static_cast<unsigned>(value >> static_cast<unsigned>(i) & 1U);
      bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | bit << (7U - used_ % 8U));
      ++used_;
    }
  }

  // A number that is small mostly: three bits at a time, the lowest first, each with a bit that says whether more
  // follow.
  void put_count(std::uint64_t value) {
    for (; value > 7; value >>= 3U) {
      put(8 | (value & 7U), 4);
    }
    put(value, 4);
  }

  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t used_ = 0;
};

// Reads the same back. Beyond the end it reads zeros, and failed() says so.
class BitReader {
 public:
  explicit BitReader(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  std::uint64_t get(int bits) {
    std::uint64_t value = 0;
    for (int i = 0; i < bits; ++i, ++at_) {
      const bool inside = at_ / 8 < bytes_.size();
      failed_ = failed_ || !inside;
      value = value << 1U | (inside ? bytes_[at_ / 8] >> (7U - at_ % 8U) & 1U : 0U);
    }
    return value;
  }
  int get_int(int bits) { return static_cast<int>(get(bits)); }

  std::uint64_t get_count() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 3) {
      const std::uint64_t part = get(4);
      value |= (part & 7U) << shift;
      if (part < 8) {
        return value;
      }
    }
    failed_ = true;
    return 0;
  }

  [[nodiscard]] bool failed() const { return failed_; }

  // Whether nothing is left but the zeros that fill up the last byte.
  [[nodiscard]] bool at_end() {
    while (at_ % 8 != 0) {
      if (get(1) != 0) {
        return false;
      }
    }
    return !failed_ && at_ / 8 == bytes_.size();
  }

 private:
  const std::vector<std::uint8_t>& bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace lockstep::script
