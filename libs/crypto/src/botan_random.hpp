// amiko - a Random in the shape that Botan asks for
#pragma once

#include <amiko/crypto/random.hpp>

#include <botan/rng.h>

#include <string>

namespace amiko::crypto {

/// Lets Botan draw from `random`, which must outlive this object.
class BotanRandom final : public Botan::RandomNumberGenerator {
 public:
  explicit BotanRandom(Random& random) noexcept : random_(random) {}

  bool accepts_input() const override { return false; }
  std::string name() const override { return "amiko"; }
  void clear() override {}
  bool is_seeded() const override { return true; }

 private:
  void fill_bytes_with_input(std::span<std::uint8_t> output, std::span<const std::uint8_t>) override {
    if (!output.empty()) random_.fill(output);
  }

  Random& random_;
};

}  // namespace amiko::crypto
