// amiko - random bytes that are the same in every run
#pragma once

#include <amiko/crypto/random.hpp>

#include <cstddef>
#include <cstdint>

namespace amiko::test {

/// SplitMix64 from a seed: spread well enough for tests, and no secret from anybody.
class FixedRandom final : public crypto::Random {
 public:
  explicit FixedRandom(std::uint64_t seed = 1) noexcept : state_(seed) {}

  void fill(MutableBytes out) override {
    for (std::uint8_t& byte : out)
      byte = static_cast<std::uint8_t>(next() >> 56);
  }

  /// A number below `limit`, which is not 0.
  std::size_t below(std::size_t limit) noexcept { return static_cast<std::size_t>(next() % limit); }

  Bytes bytes(std::size_t n) {
    Bytes out(n);
    fill(out);
    return out;
  }

 private:
  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace amiko::test
