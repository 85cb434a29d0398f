// amiko - the library's random numbers as Botan wants them
#pragma once

#include <amiko/crypto/random.hpp>

#include <botan/rng.h>

namespace amiko::keys {

/// Draws on crypto::system_random(); good in the thread that makes it only.
class BotanRandom final : public Botan::RandomNumberGenerator {
 public:
  bool accepts_input() const override { return false; }
  bool is_seeded() const override { return true; }
  void clear() override {}
  std::string name() const override { return "amiko"; }

 private:
  void fill_bytes_with_input(std::span<std::uint8_t> output, std::span<const std::uint8_t>) override {
    if (!output.empty()) crypto::system_random().fill(output);
  }
};

}  // namespace amiko::keys
