// amiko - password-based encryption of PKCS#8 (RFC 8018, RFC 7914)
#include "pbes2.hpp"

#include <amiko/base/error.hpp>

#include <botan/ber_dec.h>
#include <botan/cipher_mode.h>
#include <botan/pwdhash.h>

#include <algorithm>

namespace amiko::keys {
namespace {

struct Named {
  std::string_view object_identifier;
  std::string_view name;
  std::size_t key_size = 0;
};

constexpr std::string_view pbes2_id = "1.2.840.113549.1.5.13";
constexpr std::string_view pbkdf2_id = "1.2.840.113549.1.5.12";
constexpr std::string_view scrypt_id = "1.3.6.1.4.1.11591.4.11";

constexpr Named ciphers[] = {
    {"2.16.840.1.101.3.4.1.2", "AES-128/CBC/PKCS7", 16},
    {"2.16.840.1.101.3.4.1.22", "AES-192/CBC/PKCS7", 24},
    {"2.16.840.1.101.3.4.1.42", "AES-256/CBC/PKCS7", 32},
    {"1.2.840.113549.3.7", "3DES/CBC/PKCS7", 24},
};
constexpr Named hashes[] = {
    {"1.2.840.113549.2.7", "SHA-1"},    {"1.2.840.113549.2.8", "SHA-224"},  {"1.2.840.113549.2.9", "SHA-256"},
    {"1.2.840.113549.2.10", "SHA-384"}, {"1.2.840.113549.2.11", "SHA-512"},
};

// Some seconds of work; OpenSSL's own are 2048 to 600000 iterations, and N = 16384, r = 8, p = 1 (16 MiB).
constexpr std::size_t max_iterations = 10'000'000;
constexpr std::size_t max_scrypt_memory = 256 * 1024 * 1024;
constexpr std::size_t max_scrypt_lanes = 16;

template <std::size_t n>
const Named& find(const Named (&table)[n], const Botan::OID& id) {
  const std::string text = id.to_string();
  const auto* found = std::ranges::find(table, text, &Named::object_identifier);
  if (found == std::end(table))
    throw_error(errc::unsupported_key, "the algorithm " + text + " is not supported");
  return *found;
}

[[noreturn]] void too_much_work() {
  throw_error(errc::unsupported_key, "the work factor of the encryption is above the limit");
}

void decode_pbkdf2(Pbes2& scheme, ByteView parameters) {
  std::size_t key_size = 0;
  Botan::AlgorithmIdentifier prf("1.2.840.113549.2.7", Botan::AlgorithmIdentifier::USE_NULL_PARAM);
  Botan::BER_Decoder all{std::span<const std::uint8_t>(parameters)};
  Botan::BER_Decoder sequence = all.start_sequence();
  sequence.decode(scheme.salt, Botan::ASN1_Type::OctetString);
  sequence.decode(scheme.work[0]);
  sequence.decode_optional(key_size, Botan::ASN1_Type::Integer, Botan::ASN1_Class::Universal);
  sequence.decode_optional(prf, Botan::ASN1_Type::Sequence, Botan::ASN1_Class::Constructed, prf);
  sequence.end_cons();
  if (scheme.work[0] > max_iterations) too_much_work();
  if (key_size != 0 && key_size != scheme.key_size)
    throw_error(errc::malformed_key, "the derived key does not fit the cipher");
  scheme.kdf = "PBKDF2(" + std::string(find(hashes, prf.oid()).name) + ")";
}

void decode_scrypt(Pbes2& scheme, ByteView parameters) {
  auto& [n, r, p] = scheme.work;
  Botan::BER_Decoder all{std::span<const std::uint8_t>(parameters)};
  Botan::BER_Decoder sequence = all.start_sequence();
  sequence.decode(scheme.salt, Botan::ASN1_Type::OctetString);
  for (std::size_t* number : {&n, &r, &p})
    sequence.decode(*number);
  sequence.discard_remaining();
  if (n == 0 || r == 0 || p == 0) throw_error(errc::malformed_key, "the parameters of scrypt make no sense");
  if (r > max_scrypt_memory / 128 / n || p > max_scrypt_lanes) too_much_work();
  scheme.kdf = "Scrypt";
}

}  // namespace

std::string Pbes2::describe() const {
  return "PBES2 (" + kdf + ", " + std::string(cipher.substr(0, cipher.rfind('/'))) + ")";
}

Pbes2 decode_pbes2(const Botan::AlgorithmIdentifier& algorithm) {
  if (algorithm.oid().to_string() != pbes2_id)
    throw_error(errc::unsupported_key, "encryption other than PBES2 (" + algorithm.oid().to_string() +
                                           ") is not supported; openssl pkcs8 -topk8 -v2 aes256 converts it");
  Botan::AlgorithmIdentifier kdf, encryption;
  Botan::BER_Decoder(algorithm.parameters()).start_sequence().decode(kdf).decode(encryption).end_cons();

  Pbes2 scheme;
  const Named& cipher = find(ciphers, encryption.oid());
  scheme.cipher = cipher.name;
  scheme.key_size = cipher.key_size;
  Botan::BER_Decoder(encryption.parameters()).decode(scheme.iv, Botan::ASN1_Type::OctetString).verify_end();
  if (kdf.oid().to_string() == pbkdf2_id) {
    decode_pbkdf2(scheme, kdf.parameters());
  } else if (kdf.oid().to_string() == scrypt_id) {
    decode_scrypt(scheme, kdf.parameters());
  } else {
    throw_error(errc::unsupported_key, "the key derivation " + kdf.oid().to_string() + " is not supported");
  }
  return scheme;
}

SecureBytes decrypt_pbes2(const Pbes2& scheme, const Secret& passphrase, ByteView data) {
  const auto family = Botan::PasswordHashFamily::create_or_throw(scheme.kdf);
  const auto& [first, second, third] = scheme.work;
  SecureBytes key(scheme.key_size);
  family->from_params(first, second, third)->hash(key, passphrase.view().text(), scheme.salt);

  const auto mode = Botan::Cipher_Mode::create_or_throw(scheme.cipher, Botan::Cipher_Dir::Decryption);
  mode->set_key(key);
  mode->start(scheme.iv);
  SecureBytes result(data.begin(), data.end());
  if (result.empty() || result.size() % mode->update_granularity() != 0)
    throw_error(errc::malformed_key, "the encrypted part has a wrong size");
  try {
    mode->finish(result);
  } catch (const Botan::Decoding_Error&) {
    throw_error(errc::wrong_passphrase, "");
  }
  return result;
}

}  // namespace amiko::keys
