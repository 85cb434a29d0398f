// amiko - ecdh-sha2-nistp* (RFC 5656 section 4)
#include "agreements.hpp"
#include "botan_random.hpp"
#include "shared_secret.hpp"

#include <amiko/base/error.hpp>

#include <botan/ec_group.h>
#include <botan/ecdh.h>
#include <botan/pubkey.h>

#include <optional>
#include <utility>

namespace amiko::crypto {
namespace {

constexpr std::uint8_t uncompressed_point = 4;

class EcdhAgreement final : public KeyAgreement {
 public:
  explicit EcdhAgreement(Botan::EC_Group group) : group_(std::move(group)) {}

  Bytes offer(Random& random) override {
    BotanRandom generator(random);
    return key_.emplace(generator, group_).public_value();
  }

  Secret finish(ByteView reply) override {
    if (!key_) throw_error(errc::no_state, "finish() without offer()");
    return agree(*key_, reply);
  }

  Response respond(ByteView offer, Random& random) override {
    BotanRandom generator(random);
    const Botan::ECDH_PrivateKey key(generator, group_);
    return {key.public_value(), agree(key, offer)};
  }

 private:
  Secret agree(const Botan::ECDH_PrivateKey& key, ByteView peer) const {
    if (peer.size() != 1 + 2 * group_.get_p_bytes() || peer[0] != uncompressed_point)
      throw_bad_value("not an uncompressed point of the curve's size");
    // Only blinds the computation, so a replayed session may use other numbers here.
    BotanRandom blinding(system_random());
    const Botan::PK_Key_Agreement operation(key, blinding, "Raw");
    try {
      return mpint_secret(operation.derive_key(0, peer).bits_of());
    } catch (const Botan::Exception&) {
      throw_bad_value("not a point on the curve");
    }
  }

  Botan::EC_Group group_;
  std::optional<Botan::ECDH_PrivateKey> key_;
};

}  // namespace

std::unique_ptr<KeyAgreement> make_ecdh(std::string_view curve) {
  return std::make_unique<EcdhAgreement>(Botan::EC_Group::from_name(curve));
}

}  // namespace amiko::crypto
