// amiko - PKCS#8 private keys (RFC 5958)
#include "der.hpp"
#include "ecdsa.hpp"
#include "eddsa.hpp"
#include "import.hpp"
#include "pbes2.hpp"

#include <botan/asn1_obj.h>
#include <botan/ber_dec.h>

#include <algorithm>
#include <string>

namespace amiko::keys {
namespace {

struct PrivateKeyInfo {
  Botan::AlgorithmIdentifier algorithm;
  SecureBytes key;
};

struct Algorithm {
  std::string_view object_identifier;
  SigningKeyPtr (*read)(const PrivateKeyInfo& info);
};

SigningKeyPtr read_rsa(const PrivateKeyInfo& info) {
  return decode_rsa(info.key);
}

SigningKeyPtr read_ec(const PrivateKeyInfo& info) {
  Botan::BER_Decoder parameters(info.algorithm.parameters());
  if (!parameters.peek_next_object().is_a(Botan::ASN1_Type::ObjectId, Botan::ASN1_Class::Universal))
    throw_error(errc::unsupported_key, "elliptic curves without a name are not supported");
  Botan::OID curve;
  parameters.decode(curve).verify_end();
  return decode_ec(info.key, ecdsa_type_of_curve(curve.to_string()));
}

// RFC 8410 section 7.
SecureBytes decode_seed(const PrivateKeyInfo& info) {
  SecureBytes seed;
  Botan::BER_Decoder(info.key).decode(seed, Botan::ASN1_Type::OctetString).verify_end();
  return seed;
}

SigningKeyPtr read_ed25519(const PrivateKeyInfo& info) {
  return make_ed25519(decode_seed(info));
}

SigningKeyPtr read_ed448(const PrivateKeyInfo& info) {
  return make_ed448(decode_seed(info));
}

SigningKeyPtr read_dsa(const PrivateKeyInfo& info) {
  return decode_dsa(info.key, info.algorithm.parameters());
}

constexpr Algorithm algorithms[] = {
    {"1.2.840.113549.1.1.1", read_rsa}, {"1.2.840.10045.2.1", read_ec},  {"1.3.101.112", read_ed25519},
    {"1.3.101.113", read_ed448},        {"1.2.840.10040.4.1", read_dsa},
};

PrivateKeyInfo decode_info(ByteView der) {
  PrivateKeyInfo info;
  std::size_t version = 0;
  Botan::BER_Decoder all{std::span<const std::uint8_t>(der)};
  Botan::BER_Decoder sequence = all.start_sequence();
  sequence.decode(version).decode(info.algorithm).decode(info.key, Botan::ASN1_Type::OctetString);
  if (version > 1) throw Botan::Decoding_Error("unknown version of PrivateKeyInfo");
  sequence.discard_remaining();  // attributes, and a copy of the public key
  sequence.end_cons();
  all.verify_end();
  return info;
}

Imported make(const PrivateKeyInfo& info) {
  const std::string id = info.algorithm.oid().to_string();
  const auto* found = std::ranges::find(algorithms, id, &Algorithm::object_identifier);
  if (found == std::end(algorithms))
    throw_error(errc::unsupported_key,
                "the key's algorithm " + info.algorithm.oid().to_formatted_string() + " is not supported");
  return {.key = found->read(info)};
}

}  // namespace

Imported read_pkcs8(const PemBlock& block, Import&) {
  check_der_size(block.data);
  return make(decode_info(block.data));
}

Imported read_encrypted_pkcs8(const PemBlock& block, Import& import) {
  check_der_size(block.data);
  Botan::AlgorithmIdentifier algorithm;
  Bytes data;
  Botan::BER_Decoder all(block.data);
  all.start_sequence().decode(algorithm).decode(data, Botan::ASN1_Type::OctetString).end_cons();
  all.verify_end();

  const Pbes2 scheme = decode_pbes2(algorithm);
  const Secret passphrase = import.ask_passphrase(scheme.describe());
  const SecureBytes der = decrypt_pbes2(scheme, passphrase, data);
  return make(after_decryption([&] { return decode_info(der); }));
}

}  // namespace amiko::keys
