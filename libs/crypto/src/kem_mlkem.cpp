// amiko - ML-KEM (FIPS 203)
#include "kem.hpp"
#include "botan_random.hpp"
#include "shared_secret.hpp"

#include <botan/ml_kem.h>
#include <botan/pubkey.h>

namespace amiko::crypto {
namespace {

using Mode = Botan::ML_KEM_Mode;

constexpr std::size_t secret_size = 32;

Botan::ML_KEM_PrivateKey generate_key(Random& random, Mode mode) {
  BotanRandom generator(random);
  return Botan::ML_KEM_PrivateKey(generator, mode);
}

class MlkemKey final : public KemKey {
 public:
  MlkemKey(Random& random, Mode mode) : key_(generate_key(random, mode)) {}

  Bytes public_value() const override { return key_.public_key_bits(); }

  Botan::secure_vector<std::uint8_t> decapsulate(ByteView ciphertext) const override {
    // Decapsulation draws no random numbers; Botan's signature asks for a generator.
    BotanRandom unused(system_random());
    return Botan::PK_KEM_Decryptor(key_, unused, "Raw").decrypt(ciphertext, secret_size);
  }

 private:
  Botan::ML_KEM_PrivateKey key_;
};

Botan::ML_KEM_PublicKey load(ByteView public_value, Mode mode) {
  try {
    return Botan::ML_KEM_PublicKey(public_value, mode);
  } catch (const Botan::Exception&) {
    throw_bad_value("not an ML-KEM encapsulation key");
  }
}

template <auto mode>
std::unique_ptr<KemKey> generate(Random& random) {
  return std::make_unique<MlkemKey>(random, mode);
}

template <auto mode>
Encapsulation encapsulate(ByteView public_value, Random& random) {
  const auto key = load(public_value, mode);
  BotanRandom generator(random);
  Botan::PK_KEM_Encryptor encryptor(key, "Raw");
  const auto result = encryptor.encrypt(generator, secret_size);
  return {result.encapsulated_shared_key(), result.shared_key()};
}

}  // namespace

const Kem mlkem768{1184, 1088, generate<Mode::ML_KEM_768>, encapsulate<Mode::ML_KEM_768>};
const Kem mlkem1024{1568, 1568, generate<Mode::ML_KEM_1024>, encapsulate<Mode::ML_KEM_1024>};

}  // namespace amiko::crypto
