// amiko - every way to protect packets, for tests
#pragma once

#include <amiko/crypto/cipher_table.hpp>

#include <memory>
#include <string>
#include <vector>

#include "common/fixed_random.hpp"

namespace amiko::test {

/// A cipher with its MAC, or none at all; both directions from the same keys.
struct Protection {
  std::string name;
  const crypto::CipherInfo* cipher = nullptr;  ///< null: packets in clear
  const crypto::MacInfo* mac = nullptr;

  bool is_clear() const { return cipher == nullptr; }
  std::unique_ptr<crypto::PacketCipher> sealer(std::uint64_t seed = 1) const {
    return make(crypto::Direction::seal, seed);
  }
  std::unique_ptr<crypto::PacketCipher> opener(std::uint64_t seed = 1) const {
    return make(crypto::Direction::open, seed);
  }

 private:
  std::unique_ptr<crypto::PacketCipher> make(crypto::Direction direction, std::uint64_t seed) const {
    if (is_clear()) return crypto::make_null_cipher();
    FixedRandom random(seed);
    const Bytes key = random.bytes(cipher->key_size);
    const Bytes iv = random.bytes(cipher->iv_size);
    const Bytes mac_key = random.bytes(mac != nullptr ? mac->key_size : 0);
    return cipher->make(*cipher, mac, {.key = key, .iv = iv, .mac_key = mac_key}, direction);
  }
};

/// Packets in clear, then every cipher of the table, with a MAC of either kind where it takes one, and every MAC
/// with one cipher.
inline std::vector<Protection> all_protections() {
  std::vector<Protection> all(1);
  all[0].name = "none";
  for (const crypto::CipherInfo& cipher : crypto::cipher_table()) {
    Protection one;
    one.name = cipher.name;
    one.cipher = &cipher;
    if (cipher.aead) all.push_back(one);
    for (const crypto::MacInfo& mac : crypto::mac_table()) {
      if (cipher.aead) break;
      if (cipher.name != "aes256-ctr" && mac.name != "hmac-sha2-256" &&
          mac.name != "hmac-sha2-512-etm@openssh.com")
        continue;
      one.name = std::string(cipher.name) + " with " + std::string(mac.name);
      one.mac = &mac;
      all.push_back(one);
    }
  }
  return all;
}

}  // namespace amiko::test
