// amiko - X448 with the checks of RFC 8731 section 3
#include "botan_random.hpp"
#include "curve_key.hpp"
#include "shared_secret.hpp"

#include <botan/pubkey.h>
#include <botan/x448.h>

#include <string>

namespace amiko::crypto {
namespace {

constexpr std::size_t public_size = 56;

Botan::X448_PrivateKey generate(Random& random) {
  BotanRandom generator(random);
  return Botan::X448_PrivateKey(generator);
}

class X448Key final : public CurveKey {
 public:
  explicit X448Key(Random& random) : key_(generate(random)) {}

  Bytes public_value() const override { return key_.public_value(); }

  Botan::secure_vector<std::uint8_t> agree(ByteView peer) const override {
    if (peer.size() != public_size)
      throw_bad_value("an X448 value of " + std::to_string(peer.size()) + " bytes");
    // X448 needs no random numbers; Botan's signature asks for a generator.
    BotanRandom unused(system_random());
    const Botan::PK_Key_Agreement operation(key_, unused, "Raw");
    try {
      auto secret = operation.derive_key(0, peer).bits_of();
      refuse_all_zero(secret);
      return secret;
    } catch (const Botan::Exception&) {
      throw_bad_value("a value of low order");
    }
  }

 private:
  Botan::X448_PrivateKey key_;
};

}  // namespace

std::unique_ptr<CurveKey> make_x448_key(Random& random) {
  return std::make_unique<X448Key>(random);
}

}  // namespace amiko::crypto
