// amiko - tests of PKCS#8 and its encryption
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

const Bytes version0 = hex("020100");

std::string private_key_info(const Bytes& algorithm, const Bytes& key) {
  return pem("PRIVATE KEY", der(0x30, joined({version0, der(0x30, algorithm), der(4, key)})));
}

Bytes number(std::uint32_t value) {
  Bytes content = {0};
  for (int shift = 24; shift >= 0; shift -= 8)
    content.push_back(static_cast<std::uint8_t>(value >> shift));
  while (content.size() > 1 && content[0] == 0 && content[1] < 0x80)
    content.erase(content.begin());
  return der(2, content);
}

const Bytes aes256_cbc = der(0x30, joined({hex("060960864801650304012a"), der(4, Bytes(16, 0))}));

// An EncryptedPrivateKeyInfo whose content is noise.
std::string encrypted(const Bytes& kdf, const Bytes& cipher = aes256_cbc, std::size_t size = 64) {
  const Bytes scheme = der(0x30, joined({hex("06092a864886f70d01050d"), der(0x30, joined({kdf, cipher}))}));
  return pem("ENCRYPTED PRIVATE KEY", der(0x30, joined({scheme, der(4, Bytes(size, 0x5a))})));
}

Bytes pbkdf2(std::uint32_t iterations, const Bytes& more = {}) {
  const Bytes parameters = der(0x30, joined({der(4, Bytes(8, 1)), number(iterations), more}));
  return der(0x30, joined({hex("06092a864886f70d01050c"), parameters}));
}

Bytes scrypt(std::uint32_t n, std::uint32_t r, std::uint32_t p) {
  const Bytes parameters = der(0x30, joined({der(4, Bytes(8, 1)), number(n), number(r), number(p)}));
  return der(0x30, joined({hex("06092b06010401da47040b"), parameters}));
}

void refused(errc code, std::string_view what, const std::string& text) {
  check_refused(code, what, [&] { PrivateKey::parse(text, golden_passphrase()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pkcs8)

BOOST_AUTO_TEST_CASE(the_example_of_rfc_8410) {
  const PrivateKey key = PrivateKey::parse(
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n");
  const Bytes point = hex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
  BOOST_TEST((key.public_key().blob() == Fields().string("ssh-ed25519").string(point).bytes));
}

BOOST_AUTO_TEST_CASE(algorithms_that_are_not_supported) {
  refused(errc::unsupported_key, "not supported",
          private_key_info(hex("06032b656e"), der(4, Bytes(32, 1))));  // X25519
  refused(errc::unsupported_key, "elliptic curves without a name",
          private_key_info(joined({hex("06072a8648ce3d0201"), der(0x30, number(1))}), number(1)));
}

BOOST_AUTO_TEST_CASE(ed25519_of_another_size) {
  for (const std::size_t size : Sizes{0, 31, 33, 64})
    refused(errc::malformed_key, "an Ed25519 private key of",
            private_key_info(hex("06032b6570"), der(4, Bytes(size, 1))));
}

BOOST_AUTO_TEST_CASE(ed448_of_another_size) {
  for (const std::size_t size : Sizes{0, 32, 56, 58, 114})
    refused(errc::malformed_key, "an Ed448 private key of",
            private_key_info(hex("06032b6571"), der(4, Bytes(size, 1))));
}

BOOST_AUTO_TEST_CASE(dsa_with_other_parameters) {
  const Bytes id = hex("06072a8648ce380401");
  refused(errc::malformed_key, "", private_key_info(id, number(1)));
  refused(errc::malformed_key, "a DSA modulus of 3 bits",
          private_key_info(joined({id, der(0x30, joined({number(7), number(3), number(2)}))}), number(1)));
  refused(errc::malformed_key, "",
          private_key_info(joined({id, der(0x30, joined({number(7), number(3)}))}), number(1)));
}

BOOST_AUTO_TEST_CASE(curves_that_contradict_each_other) {
  const Bytes p384 = der(0xa0, hex("06052b81040022"));
  const Bytes key = der(0x30, joined({hex("020101"), der(4, Bytes(32, 1)), p384}));
  refused(errc::malformed_key, "two different curves",
          private_key_info(joined({hex("06072a8648ce3d0201"), hex("06082a8648ce3d030107")}), key));
}

BOOST_AUTO_TEST_CASE(work_factors_have_limits) {
  refused(errc::unsupported_key, "work factor", encrypted(pbkdf2(10'000'001)));
  refused(errc::unsupported_key, "work factor", encrypted(pbkdf2(0xffffffff)));
  refused(errc::unsupported_key, "work factor", encrypted(scrypt(1U << 30, 8, 1)));
  refused(errc::unsupported_key, "work factor", encrypted(scrypt(16384, 0x7fffffff, 1)));
  refused(errc::unsupported_key, "work factor", encrypted(scrypt(16384, 8, 17)));
  refused(errc::malformed_key, "scrypt", encrypted(scrypt(0, 8, 1)));
  refused(errc::malformed_key, "scrypt", encrypted(scrypt(16384, 0, 1)));
}

BOOST_AUTO_TEST_CASE(schemes_that_are_not_supported) {
  const Bytes hmac_md5 = der(0x30, hex("06082a864886f70d0206"));
  const Bytes rc2 = der(0x30, joined({hex("06082a864886f70d0302"), der(4, Bytes(8, 0))}));
  const Bytes unknown_kdf = der(0x30, hex("06032b0101"));
  refused(errc::unsupported_key, "1.2.840.113549.2.6", encrypted(pbkdf2(1, hmac_md5)));
  refused(errc::unsupported_key, "1.2.840.113549.3.2", encrypted(pbkdf2(1), rc2));
  refused(errc::unsupported_key, "the key derivation 1.3.1.1", encrypted(unknown_kdf));
  refused(errc::unsupported_key, "encryption other than PBES2", key_text("rsa_pbes1.pkcs8"));
}

BOOST_AUTO_TEST_CASE(parameters_that_do_not_fit) {
  refused(errc::malformed_key, "does not fit the cipher", encrypted(pbkdf2(1, number(16))));
  refused(errc::malformed_key, "", encrypted(pbkdf2(0)));
  for (const std::size_t size : Sizes{0, 15, 65})
    refused(errc::malformed_key, "wrong size", encrypted(pbkdf2(1), aes256_cbc, size));
  const Bytes short_iv = der(0x30, joined({hex("060960864801650304012a"), der(4, Bytes(15, 0))}));
  refused(errc::malformed_key, "", encrypted(pbkdf2(1), short_iv));
}

BOOST_AUTO_TEST_CASE(noise_is_a_wrong_passphrase) {
  refused(errc::wrong_passphrase, "PBKDF2(SHA-1)", encrypted(pbkdf2(1)));
  refused(errc::wrong_passphrase, "Scrypt", encrypted(scrypt(16, 1, 1)));
}

BOOST_AUTO_TEST_SUITE_END()
