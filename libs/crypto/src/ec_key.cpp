// amiko - keys on the curves of NIST and SEC 2 (RFC 5656 section 4)
#include "botan_random.hpp"
#include "curve_key.hpp"
#include "shared_secret.hpp"

#include <botan/ec_group.h>
#include <botan/ecdh.h>
#include <botan/pubkey.h>

#include <string_view>

namespace amiko::crypto {
namespace {

constexpr std::uint8_t uncompressed_point = 4;

Botan::ECDH_PrivateKey generate(Random& random, std::string_view curve) {
  BotanRandom generator(random);
  return Botan::ECDH_PrivateKey(generator, Botan::EC_Group::from_name(curve));
}

class EcKey final : public CurveKey {
 public:
  EcKey(Random& random, std::string_view curve) : key_(generate(random, curve)) {}

  Bytes public_value() const override { return key_.public_value(); }

  Botan::secure_vector<std::uint8_t> agree(ByteView peer) const override {
    if (peer.size() != 1 + 2 * key_.domain().get_p_bytes() || peer[0] != uncompressed_point)
      throw_bad_value("not an uncompressed point of the curve's size");
    // Only blinds the computation, so a replayed session may use other numbers here.
    BotanRandom blinding(system_random());
    const Botan::PK_Key_Agreement operation(key_, blinding, "Raw");
    try {
      return operation.derive_key(0, peer).bits_of();
    } catch (const Botan::Exception&) {
      throw_bad_value("not a point on the curve");
    }
  }

 private:
  Botan::ECDH_PrivateKey key_;
};

}  // namespace

std::unique_ptr<CurveKey> make_nistp256_key(Random& random) {
  return std::make_unique<EcKey>(random, "secp256r1");
}

std::unique_ptr<CurveKey> make_nistp384_key(Random& random) {
  return std::make_unique<EcKey>(random, "secp384r1");
}

std::unique_ptr<CurveKey> make_nistp521_key(Random& random) {
  return std::make_unique<EcKey>(random, "secp521r1");
}

std::unique_ptr<CurveKey> make_secp256k1_key(Random& random) {
  return std::make_unique<EcKey>(random, "secp256k1");
}

}  // namespace amiko::crypto
