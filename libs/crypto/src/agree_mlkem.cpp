// amiko - mlkem768x25519-sha256: the secret is safe as long as one of the two halves is
#include "agreements.hpp"
#include "botan_random.hpp"
#include "shared_secret.hpp"
#include "x25519_key.hpp"

#include <amiko/base/error.hpp>

#include <botan/hash.h>
#include <botan/ml_kem.h>
#include <botan/pubkey.h>

#include <optional>
#include <string>
#include <utility>

namespace amiko::crypto {
namespace {

constexpr std::size_t encapsulation_key_size = 1184;
constexpr std::size_t ciphertext_size = 1088;
constexpr std::size_t kem_secret_size = 32;

Botan::ML_KEM_PublicKey load_encapsulation_key(ByteView bytes) {
  try {
    return Botan::ML_KEM_PublicKey(bytes, Botan::ML_KEM_Mode::ML_KEM_768);
  } catch (const Botan::Exception&) {
    throw_bad_value("not an ML-KEM-768 encapsulation key");
  }
}

void require_length(ByteView value, std::size_t size) {
  if (value.size() != size) throw_bad_value("a hybrid value of " + std::to_string(value.size()) + " bytes");
}

// K = SHA-256(K_PQ || K_CL), as a string.
Secret combine(const Botan::secure_vector<std::uint8_t>& kem_secret,
               const Botan::secure_vector<std::uint8_t>& x_secret) {
  const auto sha256 = Botan::HashFunction::create_or_throw("SHA-256");
  sha256->update(kem_secret);
  sha256->update(x_secret);
  return string_secret(sha256->final());
}

class MlkemX25519Agreement final : public KeyAgreement {
 public:
  Bytes offer(Random& random) override {
    BotanRandom generator(random);
    kem_key_.emplace(generator, Botan::ML_KEM_Mode::ML_KEM_768);
    x_key_.emplace(random);
    Bytes offer = kem_key_->public_key_bits();
    append(offer, x_key_->public_value());
    return offer;
  }

  Secret finish(ByteView reply) override {
    if (!kem_key_ || !x_key_) throw_error(errc::no_state, "finish() without offer()");
    require_length(reply, ciphertext_size + X25519Key::public_size);
    // Decapsulation draws no random numbers; Botan's signature asks for a generator.
    BotanRandom unused(system_random());
    Botan::PK_KEM_Decryptor decryptor(*kem_key_, unused, "Raw");
    const auto kem_secret = decryptor.decrypt(reply.first(ciphertext_size), kem_secret_size);
    return combine(kem_secret, x_key_->agree(reply.from(ciphertext_size)));
  }

  Response respond(ByteView offer, Random& random) override {
    require_length(offer, encapsulation_key_size + X25519Key::public_size);
    const auto encapsulation_key = load_encapsulation_key(offer.first(encapsulation_key_size));
    BotanRandom generator(random);
    Botan::PK_KEM_Encryptor encryptor(encapsulation_key, "Raw");
    const auto encapsulation = encryptor.encrypt(generator, kem_secret_size);
    const X25519Key x_key(random);
    Bytes reply = encapsulation.encapsulated_shared_key();
    append(reply, x_key.public_value());
    return {std::move(reply),
            combine(encapsulation.shared_key(), x_key.agree(offer.from(encapsulation_key_size)))};
  }

 private:
  std::optional<Botan::ML_KEM_PrivateKey> kem_key_;
  std::optional<X25519Key> x_key_;
};

}  // namespace

std::unique_ptr<KeyAgreement> make_mlkem768_x25519() {
  return std::make_unique<MlkemX25519Agreement>();
}

}  // namespace amiko::crypto
