// amiko - tests of PKCS#1 and SEC1
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

void expect_key_error_or_key(const PublicKey& expected, std::string_view label, ByteView der_bytes) {
  try {
    BOOST_TEST((PrivateKey::parse(pem(label, der_bytes)).public_key() == expected));
  } catch (const KeyError&) {
    // refusing is as good
  }
}

struct Case {
  const char *file, *public_file, *label;
};
constexpr Case cases[] = {{"rsa.pem", "rsa.pub", "RSA PRIVATE KEY"},
                          {"ecdsa256.pem", "ecdsa256.pub", "EC PRIVATE KEY"},
                          {"ecdsa384.pkcs8", "ecdsa384.pub", "PRIVATE KEY"},
                          {"ed25519.pkcs8", "ed25519.pub", "PRIVATE KEY"},
                          {"rsa.pkcs8", "rsa.pub", "PRIVATE KEY"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(pkcs1)

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  for (const Case& c : cases) {
    const Bytes good = unarmoured(key_text(c.file));
    for (std::size_t size = 0; size < good.size(); ++size)
      check_refused(errc::malformed_key, "private key",
                    [&] { PrivateKey::parse(pem(c.label, ByteView(good).first(size))); });
    Bytes longer = good;
    longer.push_back(0);
    BOOST_CHECK_THROW(PrivateKey::parse(pem(c.label, longer)), KeyError);
  }
}

BOOST_AUTO_TEST_CASE(changed_bytes_give_an_error_or_the_same_key) {
  for (const Case& c : cases) {
    if (std::string_view(c.file) == "ed25519.pkcs8")
      continue;  // nothing but the seed: any change is another key
    const PublicKey expected = PublicKey::load(key_file(c.public_file));
    const Bytes good = unarmoured(key_text(c.file));
    for (std::size_t i = 0; i < good.size(); ++i) {
      Bytes bad = good;
      bad[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
      expect_key_error_or_key(expected, c.label, bad);
    }
  }
}

BOOST_AUTO_TEST_CASE(curves_that_are_not_supported) {
  const Bytes secp224r1 = der(0xa0, hex("06052b81040021"));
  const Bytes key = der(0x30, joined({hex("020101"), der(4, Bytes(28, 1)), secp224r1}));
  check_refused(errc::unsupported_key, "none of nistp256, nistp384, nistp521 and secp256k1 (1.3.132.0.33)",
                [&] { PrivateKey::parse(pem("EC PRIVATE KEY", key)); });
}

BOOST_AUTO_TEST_CASE(a_curve_must_be_named) {
  const Bytes key = der(0x30, joined({hex("020101"), der(4, Bytes(32, 1))}));
  check_refused(errc::malformed_key, "no curve is named",
                [&] { PrivateKey::parse(pem("EC PRIVATE KEY", key)); });
}

BOOST_AUTO_TEST_CASE(very_long_der_is_not_decoded) {
  const Bytes big(65537, 0x30);
  for (const char* label : {"RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    check_refused(errc::malformed_key, "65537 bytes are too many",
                  [&] { PrivateKey::parse(pem(label, big)); });
}

BOOST_AUTO_TEST_SUITE_END()
