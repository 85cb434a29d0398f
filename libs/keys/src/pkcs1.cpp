// amiko - PKCS#1 RSA, SEC1 EC and traditional DSA private keys
#include "der.hpp"
#include "dsa.hpp"
#include "ecdsa.hpp"
#include "import.hpp"
#include "rsa.hpp"

#include <botan/asn1_obj.h>
#include <botan/ber_dec.h>

#include <string>

namespace amiko::keys {
namespace {

struct EcFields {
  SecureBytes scalar;
  Botan::OID curve;
  Bytes point;
};

EcFields decode_ec_fields(ByteView der) {
  EcFields fields;
  Botan::BER_Decoder all{std::span<const std::uint8_t>(der)};
  Botan::BER_Decoder sequence = all.start_sequence();
  sequence.decode_and_check<std::size_t>(1, "unknown version of ECPrivateKey");
  sequence.decode(fields.scalar, Botan::ASN1_Type::OctetString);
  sequence.decode_optional(fields.curve, Botan::ASN1_Type(0), Botan::ASN1_Class::ExplicitContextSpecific);
  sequence.decode_optional_string(fields.point, Botan::ASN1_Type::BitString, 1,
                                  Botan::ASN1_Class::ExplicitContextSpecific);
  sequence.end_cons();
  all.verify_end();
  return fields;
}

Botan::BigInt decode_number(Botan::BER_Decoder& from) {
  Botan::BigInt number;
  from.decode(number);
  return number;
}

RsaNumbers decode_rsa_fields(ByteView der) {
  RsaNumbers k;
  Botan::BER_Decoder all{std::span<const std::uint8_t>(der)};
  Botan::BER_Decoder sequence = all.start_sequence();
  sequence.decode_and_check<std::size_t>(0, "unknown version of RSAPrivateKey");
  for (Botan::BigInt* number : {&k.n, &k.e, &k.d, &k.p, &k.q})
    *number = decode_number(sequence);
  const Botan::BigInt exponent_p = decode_number(sequence);
  const Botan::BigInt exponent_q = decode_number(sequence);
  k.coefficient = decode_number(sequence);
  sequence.end_cons();
  all.verify_end();
  return k;
}

// What OpenSSL writes; no standard has it.
DsaNumbers decode_dsa_fields(ByteView der) {
  DsaNumbers k;
  Botan::BER_Decoder all{std::span<const std::uint8_t>(der)};
  Botan::BER_Decoder sequence = all.start_sequence();
  sequence.decode_and_check<std::size_t>(0, "unknown version of DSAPrivateKey");
  for (Botan::BigInt* number : {&k.p, &k.q, &k.g, &k.y, &k.x})
    *number = decode_number(sequence);
  sequence.end_cons();
  all.verify_end();
  return k;
}

// Decrypts where needed; decode() splits the DER, make() checks and builds.
template <class Decode, class Make>
Imported read_traditional(const PemBlock& block, Import& import, Decode&& decode, Make&& make) {
  check_der_size(block.data);
  if (block.dek_info.empty()) return {.key = make(decode(block.data))};
  const SecureBytes der = decrypt_dek(block, import.ask_passphrase(dek_cipher(block.dek_info)));
  return {.key = make(after_decryption([&] { return decode(der); }))};
}

SigningKeyPtr make_ec(const EcFields& fields, std::string_view type) {
  if (!fields.curve.empty()) {
    const std::string_view named = ecdsa_type_of_curve(fields.curve.to_string());
    if (!type.empty() && type != named) throw_error(errc::malformed_key, "two different curves are named");
    type = named;
  }
  if (type.empty()) throw_error(errc::malformed_key, "no curve is named");
  return make_ecdsa(type, fields.scalar, fields.point);
}

}  // namespace

void check_der_size(ByteView der) {
  if (der.size() > max_der_size)
    throw_error(errc::malformed_key, std::to_string(der.size()) + " bytes are too many for a key");
}

SigningKeyPtr decode_rsa(ByteView der) {
  return make_rsa(decode_rsa_fields(der));
}

SigningKeyPtr decode_dsa(ByteView der, ByteView parameters) {
  DsaNumbers k;
  Botan::BER_Decoder all{std::span<const std::uint8_t>(parameters)};
  Botan::BER_Decoder sequence = all.start_sequence();
  for (Botan::BigInt* number : {&k.p, &k.q, &k.g})
    *number = decode_number(sequence);
  sequence.end_cons();
  all.verify_end();
  Botan::BER_Decoder key{std::span<const std::uint8_t>(der)};
  k.x = decode_number(key);
  key.verify_end();
  k.y = dsa_public_number(k);
  return make_dsa(k);
}

SigningKeyPtr decode_ec(ByteView der, std::string_view type) {
  return make_ec(decode_ec_fields(der), type);
}

Imported read_pkcs1(const PemBlock& block, Import& import) {
  return read_traditional(block, import, decode_rsa_fields, make_rsa);
}

Imported read_traditional_dsa(const PemBlock& block, Import& import) {
  return read_traditional(block, import, decode_dsa_fields, make_dsa);
}

Imported read_sec1(const PemBlock& block, Import& import) {
  return read_traditional(block, import, decode_ec_fields,
                          [](const EcFields& fields) { return make_ec(fields, {}); });
}

}  // namespace amiko::keys
