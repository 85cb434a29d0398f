// amiko - key encapsulation mechanisms, halves of hybrids
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/random.hpp>

#include <botan/secmem.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace amiko::crypto {

/// The key of the side that decapsulates.
class KemKey {
 public:
  virtual ~KemKey() = default;
  virtual Bytes public_value() const = 0;
  /// Of a ciphertext of the right size.  A bad one gives a secret that nobody else has (implicit rejection).
  virtual Botan::secure_vector<std::uint8_t> decapsulate(ByteView ciphertext) const = 0;

 protected:
  KemKey() = default;
  KemKey(const KemKey&) = delete;
  KemKey& operator=(const KemKey&) = delete;
};

struct Encapsulation {
  Bytes ciphertext{};
  Botan::secure_vector<std::uint8_t> secret{};
};

/// A mechanism.  encapsulate() takes a public value of the right size and throws errc::kex_failed where it is
/// no key.
struct Kem {
  std::size_t public_size;
  std::size_t ciphertext_size;
  std::unique_ptr<KemKey> (*generate)(Random& random);
  Encapsulation (*encapsulate)(ByteView public_value, Random& random);
};

extern const Kem mlkem768;   ///< FIPS 203
extern const Kem mlkem1024;  ///< FIPS 203
extern const Kem sntrup761;  ///< Streamlined NTRU Prime

}  // namespace amiko::crypto
