// amiko - X25519 with the checks of RFC 8731 section 3
#include "botan_random.hpp"
#include "curve_key.hpp"
#include "shared_secret.hpp"

#include <botan/x25519.h>

#include <string>

namespace amiko::crypto {
namespace {

constexpr std::size_t public_size = 32;

Botan::X25519_PrivateKey generate(Random& random) {
  BotanRandom generator(random);
  return Botan::X25519_PrivateKey(generator);
}

class X25519Key final : public CurveKey {
 public:
  explicit X25519Key(Random& random) : key_(generate(random)) {}

  Bytes public_value() const override { return key_.public_value(); }

  Botan::secure_vector<std::uint8_t> agree(ByteView peer) const override {
    if (peer.size() != public_size)
      throw_bad_value("an X25519 value of " + std::to_string(peer.size()) + " bytes");
    auto secret = key_.agree(peer.data(), peer.size());
    refuse_all_zero(secret);
    return secret;
  }

 private:
  Botan::X25519_PrivateKey key_;
};

}  // namespace

std::unique_ptr<CurveKey> make_x25519_key(Random& random) {
  return std::make_unique<X25519Key>(random);
}

void refuse_all_zero(const Botan::secure_vector<std::uint8_t>& secret) {
  std::uint8_t any = 0;
  for (const std::uint8_t byte : secret)
    any = static_cast<std::uint8_t>(any | byte);
  if (any == 0) throw_bad_value("a value of low order");
}

}  // namespace amiko::crypto
