// amiko - sntrup761 as half of a hybrid
#include "kem.hpp"
#include "sntrup761.hpp"

#include <utility>

namespace amiko::crypto {
namespace {

class SntrupKey final : public KemKey {
 public:
  explicit SntrupKey(Random& random) : pair_(sntrup::generate(random)) {}

  Bytes public_value() const override { return pair_.public_key; }

  Botan::secure_vector<std::uint8_t> decapsulate(ByteView ciphertext) const override {
    return sntrup::decapsulate(pair_.secret_key, ciphertext);
  }

 private:
  sntrup::KeyPair pair_;
};

std::unique_ptr<KemKey> generate(Random& random) {
  return std::make_unique<SntrupKey>(random);
}

Encapsulation encapsulate(ByteView public_value, Random& random) {
  auto result = sntrup::encapsulate(public_value, random);
  return {std::move(result.ciphertext), std::move(result.key)};
}

}  // namespace

const Kem sntrup761{sntrup::public_size, sntrup::ciphertext_size, generate, encapsulate};

}  // namespace amiko::crypto
