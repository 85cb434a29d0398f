// amiko - Streamlined NTRU Prime sntrup761, a key encapsulation mechanism
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/random.hpp>

#include <botan/secmem.h>

#include <cstddef>
#include <cstdint>

/// As the third round of NIST's competition has it (submission of 2020-10-07) and SSH uses it
/// (draft-josefsson-ntruprime-streamlined).  Neither key nor random numbers decide about branches and
/// indices, but for one thing: key generation begins anew with other numbers when the first ones have no
/// inverse.
namespace amiko::crypto::sntrup {

constexpr std::size_t public_size = 1158;      ///< bytes
constexpr std::size_t secret_size = 1763;      ///< bytes
constexpr std::size_t ciphertext_size = 1039;  ///< bytes

using SecretBytes = Botan::secure_vector<std::uint8_t>;

struct KeyPair {
  Bytes public_key{};
  SecretBytes secret_key{};
};
KeyPair generate(Random& random);

struct Encapsulated {
  Bytes ciphertext{};
  SecretBytes key{};  ///< 32 bytes
};
/// The public key must have the right size; any bytes of that size are a key.
Encapsulated encapsulate(ByteView public_key, Random& random);
/// Both of the right size.  A ciphertext that was not made with the public key gives a key that nobody else
/// knows.
SecretBytes decapsulate(ByteView secret_key, ByteView ciphertext);

}  // namespace amiko::crypto::sntrup
