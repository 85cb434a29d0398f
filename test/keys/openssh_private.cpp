// amiko - tests of reading openssh-key-v1
#include "key_data.hpp"

#include <functional>

using namespace amiko;
using namespace amiko::test;

namespace {

// Parses the golden file `name` after `change`.
PrivateKey changed(std::string_view name, const std::function<void(OpensshBody&)>& change) {
  OpensshBody body = OpensshBody::of(key_text(name));
  change(body);
  return PrivateKey::parse(body.text(), golden_passphrase());
}

Bytes bcrypt_options(ByteView salt, std::uint32_t rounds) {
  return Fields().string(salt).uint32(rounds).bytes;
}

void expect_key_error_or(const PublicKey& expected, std::string_view text) {
  try {
    BOOST_TEST((PrivateKey::parse(text, golden_passphrase()).public_key() == expected));
  } catch (const KeyError&) {
    // refusing is as good
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(openssh_private)

BOOST_AUTO_TEST_CASE(padding_may_be_longer_than_a_block) {
  const PrivateKey key = changed("ed25519", [](OpensshBody& body) {
    const auto used =
        static_cast<std::uint8_t>(body.section.back());  // the golden file's padding is not empty
    BOOST_REQUIRE(used < 8);
    for (int i = 1; i <= 48; ++i)
      body.section.push_back(static_cast<std::uint8_t>(used + i));
  });
  BOOST_TEST((key.public_key() == PublicKey::load(key_file("ed25519.pub"))));
}

BOOST_AUTO_TEST_CASE(wrong_padding_is_refused) {
  check_refused(errc::malformed_key, "padding",
                [] { changed("ed25519", [](auto& body) { body.section.back() ^= 1; }); });
  check_refused(errc::malformed_key, "multiple of the cipher's block",
                [] { changed("ed25519", [](auto& body) { body.section.pop_back(); }); });
}

BOOST_AUTO_TEST_CASE(exactly_one_key) {
  for (const std::uint32_t count : {0U, 2U, 0xffffffffU})
    check_refused(errc::malformed_key, "keys in it and not one",
                  [&] { changed("ed25519", [&](auto& body) { body.count = count; }); });
}

BOOST_AUTO_TEST_CASE(check_numbers_that_differ) {
  const auto change = [](OpensshBody& body) { body.section[0] ^= 1; };
  check_refused(errc::malformed_key, "the two check numbers differ", [&] { changed("ed25519", change); });
  check_refused(errc::wrong_passphrase, "", [&] { changed("ed25519_aes256-ctr", change); });
}

BOOST_AUTO_TEST_CASE(the_public_key_in_front_must_be_the_same) {
  for (const char* other : {"ecdsa256.pub", "rsa.pub"})
    check_refused(errc::malformed_key, "belongs to another key", [&] {
      changed("ed25519", [&](auto& body) { body.public_blob = PublicKey::load(key_file(other)).blob(); });
    });
  check_refused(errc::malformed_key, "belongs to another key", [] {
    changed("ed25519",
            [](auto& body) { body.public_blob = PrivateKey::generate("ed25519").public_key().blob(); });
  });
  check_refused(errc::unsupported_key, "unknown", [] {
    changed("ed25519", [](auto& body) { body.public_blob = Fields().string("ssh-none").bytes; });
  });
}

BOOST_AUTO_TEST_CASE(cipher_and_key_derivation) {
  check_refused(errc::unsupported_key, "the cipher \"rot13\"",
                [] { changed("ed25519_aes256-ctr", [](auto& b) { b.cipher = "rot13"; }); });
  check_refused(errc::unsupported_key, "the key derivation \"pbkdf9\"",
                [] { changed("ed25519_aes256-ctr", [](auto& b) { b.kdf = "pbkdf9"; }); });
  check_refused(errc::malformed_key, "a cipher without a key derivation",
                [] { changed("ed25519_aes256-ctr", [](auto& b) { b.kdf = "none"; }); });
  check_refused(errc::malformed_key, "a key derivation without a cipher",
                [] { changed("ed25519", [](auto& b) { b.kdf = "bcrypt"; }); });
  check_refused(errc::malformed_key, "a key derivation without a cipher",
                [] { changed("ed25519", [](auto& b) { b.kdf_options = {0}; }); });
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-34"))
BOOST_AUTO_TEST_CASE(the_work_factor_has_a_limit) {
  for (const std::uint32_t rounds : {16385U, 0x80000000U, 0xffffffffU})
    check_refused(errc::unsupported_key, "rounds of bcrypt are more than the limit of 16384", [&] {
      changed("ed25519_aes256-ctr",
              [&](auto& b) { b.kdf_options = bcrypt_options("0123456789abcdef", rounds); });
    });
  check_refused(errc::malformed_key, "parameters of bcrypt", [] {
    changed("ed25519_aes256-ctr", [](auto& b) { b.kdf_options = bcrypt_options("0123456789abcdef", 0); });
  });
  check_refused(errc::malformed_key, "parameters of bcrypt", [] {
    changed("ed25519_aes256-ctr", [](auto& b) { b.kdf_options = bcrypt_options("", 16); });
  });
}

BOOST_AUTO_TEST_CASE(tags) {
  for (const char* name : {"ed25519_aes256-gcm", "ed25519_chacha20-poly1305"}) {
    check_refused(errc::wrong_passphrase, name, [&] {
      OpensshBody body = OpensshBody::of(key_text(name));
      body.tag.back() ^= 1;
      PrivateKey::parse(body.text(), golden_passphrase(), name);
    });
    check_refused(errc::malformed_key, "bytes announced",
                  [&] { changed(name, [](auto& b) { b.tag.pop_back(); }); });
    check_refused(errc::malformed_key, "bytes too many",
                  [&] { changed(name, [](auto& b) { b.tag.push_back(0); }); });
  }
  check_refused(errc::malformed_key, "bytes too many",
                [] { changed("ed25519", [](auto& b) { b.tag.push_back(0); }); });
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-34"))
BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  for (const char* name : {"ed25519", "ecdsa256", "rsa", "ed25519_aes256-ctr", "ed25519_aes256-gcm"}) {
    const Bytes body = unarmoured(key_text(name));
    for (std::size_t size = 0; size < body.size(); ++size)
      check_refused(errc::malformed_key, "OpenSSH private key", [&] {
        PrivateKey::parse(pem("OPENSSH PRIVATE KEY", ByteView(body).first(size)), golden_passphrase());
      });
  }
}

BOOST_AUTO_TEST_CASE(a_truncated_section_is_refused) {
  for (const char* name : {"ed25519", "ecdsa256", "rsa"}) {
    const std::size_t full = OpensshBody::of(key_text(name)).section.size();
    for (std::size_t size = 0; size < full; size += 8)
      check_refused(errc::malformed_key, "OpenSSH private key",
                    [&] { changed(name, [&](auto& body) { body.section.resize(size); }); });
  }
}

BOOST_AUTO_TEST_CASE(changed_bytes_give_an_error_or_the_same_key) {
  for (const char* name : {"ed25519", "ecdsa256", "rsa"}) {
    const PublicKey expected = PublicKey::load(key_file(std::string(name) + ".pub"));
    const Bytes body = unarmoured(key_text(name));
    for (std::size_t i = 0; i < body.size(); ++i) {
      Bytes bad = body;
      bad[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
      expect_key_error_or(expected, pem("OPENSSH PRIVATE KEY", bad));
    }
  }
}

BOOST_AUTO_TEST_CASE(changed_bytes_of_encrypted_sections) {
  const PublicKey expected = PublicKey::load(key_file("ed25519.pub"));
  for (const char* name : {"ed25519_aes256-ctr", "ed25519_aes256-cbc"}) {
    const OpensshBody good = OpensshBody::of(key_text(name));
    for (std::size_t i = 0; i < good.section.size(); i += 3) {
      OpensshBody bad = good;
      bad.section[i] ^= 0x10;
      expect_key_error_or(expected, bad.text());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_key_type_inside_that_is_another) {
  check_refused(errc::unsupported_key, "the key type is unknown", [] {
    changed("ed25519", [](auto& body) { body.section[8 + 4 + 4] = '_'; });  // "ssh-" becomes "ssh-_d25519"
  });
}

BOOST_AUTO_TEST_SUITE_END()
