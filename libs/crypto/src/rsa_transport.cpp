// amiko - RSA key exchange (RFC 4432): RSAES-OAEP of a random K
#include <amiko/crypto/rsa_transport.hpp>

#include "botan_random.hpp"
#include "shared_secret.hpp"

#include <amiko/base/error.hpp>
#include <amiko/wire/reader.hpp>
#include <amiko/wire/writer.hpp>

#include <botan/bigint.h>
#include <botan/hash.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>

#include <bit>
#include <string>

namespace amiko::crypto {
namespace {

using Botan::BigInt;

constexpr std::size_t max_bits = 8192;

std::string padding(std::string_view hash) {
  return "OAEP(" + std::string(hash) + ",MGF1)";
}

/// K is below 2 to this power: KLEN - 2*HLEN - 49.
std::size_t secret_bits(std::size_t key_bits, std::string_view hash) {
  return key_bits - 16 * Botan::HashFunction::create_or_throw(hash)->output_length() - 49;
}

struct RsaNumbers {
  BigInt n{}, e{};
};

RsaNumbers parse(ByteView blob) {
  try {
    wire::Reader reader(blob);
    const bool is_rsa = reader.text() == "ssh-rsa";
    const ByteView e = reader.mpint(), n = reader.mpint();
    reader.expect_end();
    if (is_rsa && n.size() <= max_bits / 8 && e.size() <= n.size())
      return {BigInt(n.data(), n.size()), BigInt(e.data(), e.size())};
  } catch (const Error&) {
    // A key that is cut short is as bad as one of another type.
  }
  throw_bad_value("not an RSA key");
}

Botan::RSA_PublicKey load(ByteView blob, unsigned min_bits) {
  const RsaNumbers numbers = parse(blob);
  if (numbers.n.bits() < min_bits)
    throw_bad_value("a transient RSA key of " + std::to_string(numbers.n.bits()) + " bits");
  if (numbers.n.is_even() || numbers.e.is_even() || numbers.e < 3 || numbers.e >= numbers.n)
    throw_bad_value("not an RSA key");
  try {
    return Botan::RSA_PublicKey(numbers.n, numbers.e);
  } catch (const Botan::Exception&) {
    throw_bad_value("not an RSA key");
  }
}

Bytes blob_of(const Botan::RSA_PublicKey& key) {
  Bytes blob;
  wire::Writer writer(blob);
  writer.string("ssh-rsa");
  writer.mpint(key.get_e().serialize<Bytes>());
  writer.mpint(key.get_n().serialize<Bytes>());
  return blob;
}

// Bits of a magnitude without leading zeros.
std::size_t bits_of(ByteView magnitude) noexcept {
  if (magnitude.empty()) return 0;
  return 8 * (magnitude.size() - 1) + static_cast<std::size_t>(std::bit_width(magnitude[0]));
}

Secret draw_secret(std::size_t bits, Random& random) {
  Botan::secure_vector<std::uint8_t> k((bits + 7) / 8);
  random.fill(k);
  k[0] = static_cast<std::uint8_t>(k[0] & (0xff >> (8 * k.size() - bits)));
  return mpint_secret(k);
}

}  // namespace

struct RsaTransportKey::Key {
  Botan::RSA_PrivateKey rsa;
  Key(Botan::RandomNumberGenerator& generator, unsigned bits) : rsa(generator, bits) {}
};

RsaTransportKey::RsaTransportKey(unsigned bits, std::string_view hash, Random& random) : hash_(hash) {
  BotanRandom generator(random);
  key_ = std::make_unique<Key>(generator, bits);
  blob_ = blob_of(key_->rsa);
}

RsaTransportKey::~RsaTransportKey() = default;

Secret RsaTransportKey::decrypt(ByteView ciphertext) const {
  const std::size_t bits = key_->rsa.key_length();
  if (ciphertext.size() != (bits + 7) / 8)
    throw_bad_value("an encrypted secret of " + std::to_string(ciphertext.size()) + " bytes");
  // Only blinds the computation.
  BotanRandom blinding(system_random());
  try {
    const auto plain = Botan::PK_Decryptor_EME(key_->rsa, blinding, padding(hash_))
                           .decrypt(ciphertext.data(), ciphertext.size());
    wire::Reader reader(plain);
    const std::size_t k_bits = bits_of(reader.mpint());
    reader.expect_end();
    if (k_bits <= secret_bits(bits, hash_)) return Secret(ByteView(plain));
  } catch (const Botan::Exception&) {
    // Which check failed is nobody's business.
  } catch (const Error&) {
  }
  throw_bad_value("an encrypted secret that does not open");
}

RsaTransport rsa_transport(ByteView public_blob, unsigned min_bits, std::string_view hash, Random& random) {
  const auto key = load(public_blob, min_bits);
  RsaTransport result;
  result.secret = draw_secret(secret_bits(key.key_length(), hash), random);
  BotanRandom generator(random);
  result.ciphertext = Botan::PK_Encryptor_EME(key, generator, padding(hash))
                          .encrypt(result.secret.view().data(), result.secret.size(), generator);
  return result;
}

}  // namespace amiko::crypto
