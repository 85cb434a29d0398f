// amiko - tests of loading private keys: the golden files, passphrases, files of other kinds
#include "key_data.hpp"

#include <sys/stat.h>

using namespace amiko;
using namespace amiko::test;

namespace {

struct Golden {
  const char* file;
  const char* public_file;
  const char* encryption = nullptr;  ///< as errors name it
};

constexpr Golden golden[] = {
    {"ed25519", "ed25519.pub"},
    {"ed25519.pkcs8", "ed25519.pub"},
    {"ed25519_v1.pkcs8", "ed25519.pub"},
    {"ed448", "ed448.pub"},
    {"ed448.pkcs8", "ed448.pub"},
    {"secp256k1", "secp256k1.pub"},
    {"secp256k1.pem", "secp256k1.pub"},
    {"secp256k1.pkcs8", "secp256k1.pub"},
    {"dsa", "dsa.pub"},
    {"dsa.pem", "dsa.pub"},
    {"dsa.pkcs8", "dsa.pub"},
    {"ecdsa256", "ecdsa256.pub"},
    {"ecdsa256.pem", "ecdsa256.pub"},
    {"ecdsa256.pkcs8", "ecdsa256.pub"},
    {"ecdsa384", "ecdsa384.pub"},
    {"ecdsa384.pem", "ecdsa384.pub"},
    {"ecdsa384.pkcs8", "ecdsa384.pub"},
    {"ecdsa384_with_parameters.pem", "ecdsa384.pub"},
    {"ecdsa521", "ecdsa521.pub"},
    {"ecdsa521.pem", "ecdsa521.pub"},
    {"ecdsa521.pkcs8", "ecdsa521.pub"},
    {"rsa", "rsa.pub"},
    {"rsa.pem", "rsa.pub"},
    {"rsa.pkcs8", "rsa.pub"},
    {"ed25519_aes128-ctr", "ed25519.pub", "OpenSSH private key, encrypted with aes128-ctr"},
    {"ed25519_aes192-ctr", "ed25519.pub", "OpenSSH private key, encrypted with aes192-ctr"},
    {"ed25519_aes256-ctr", "ed25519.pub", "OpenSSH private key, encrypted with aes256-ctr"},
    {"ed25519_aes256-cbc", "ed25519.pub", "OpenSSH private key, encrypted with aes256-cbc"},
    {"ed25519_3des-cbc", "ed25519.pub", "OpenSSH private key, encrypted with 3des-cbc"},
    {"ed25519_aes128-gcm", "ed25519.pub", "OpenSSH private key, encrypted with aes128-gcm@openssh.com"},
    {"ed25519_aes256-gcm", "ed25519.pub", "OpenSSH private key, encrypted with aes256-gcm@openssh.com"},
    {"ed25519_chacha20-poly1305", "ed25519.pub",
     "OpenSSH private key, encrypted with chacha20-poly1305@openssh.com"},
    {"ed25519_puttygen", "ed25519.pub", "OpenSSH private key, encrypted with aes256-c"},
    {"rsa_aes256-ctr", "rsa.pub", "OpenSSH private key, encrypted with aes256-ctr"},
    {"rsa_aes128-cbc.pem", "rsa.pub", "PKCS#1 RSA private key, encrypted with AES-128-CBC"},
    {"rsa_aes192-cbc.pem", "rsa.pub", "PKCS#1 RSA private key, encrypted with AES-192-CBC"},
    {"rsa_aes256-cbc.pem", "rsa.pub", "PKCS#1 RSA private key, encrypted with AES-256-CBC"},
    {"rsa_des3.pem", "rsa.pub", "PKCS#1 RSA private key, encrypted with DES-EDE3-CBC"},
    {"dsa_aes128-cbc.pem", "dsa.pub", "DSA private key, encrypted with AES-128-CBC"},
    {"ed448_pbkdf2.pkcs8", "ed448.pub",
     "PKCS#8 private key, encrypted with PBES2 (PBKDF2(SHA-256), AES-256/CBC)"},
    {"ecdsa256_aes128-cbc.pem", "ecdsa256.pub", "SEC1 EC private key, encrypted with AES-128-CBC"},
    {"rsa_pbkdf2.pkcs8", "rsa.pub",
     "PKCS#8 private key, encrypted with PBES2 (PBKDF2(SHA-256), AES-256/CBC)"},
    {"rsa_pbkdf2_sha1_des3.pkcs8", "rsa.pub",
     "PKCS#8 private key, encrypted with PBES2 (PBKDF2(SHA-1), 3DES/CBC)"},
    {"ed25519_pbkdf2.pkcs8", "ed25519.pub",
     "PKCS#8 private key, encrypted with PBES2 (PBKDF2(SHA-256), AES-128/CBC)"},
    {"ecdsa384_scrypt.pkcs8", "ecdsa384.pub",
     "PKCS#8 private key, encrypted with PBES2 (Scrypt, AES-256/CBC)"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(import)

BOOST_AUTO_TEST_CASE(every_golden_file_loads_and_signs) {
  for (const Golden& g : golden) {
    BOOST_TEST_CONTEXT(g.file) {
      const PrivateKey key = PrivateKey::load(key_file(g.file), golden_passphrase());
      const PublicKey expected = PublicKey::load(key_file(g.public_file));
      BOOST_TEST((key.public_key() == expected));
      for (const std::string& algorithm : key.algorithms())
        BOOST_TEST(expected.verify(algorithm, "data", key.sign(algorithm, "data")));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_missing_passphrase_is_said_with_file_and_format) {
  for (const Golden& g : golden) {
    if (g.encryption == nullptr) continue;
    check_refused(errc::passphrase_needed, g.encryption, [&] { PrivateKey::load(key_file(g.file)); });
    check_refused(errc::passphrase_needed, key_file(g.file).string(),
                  [&] { PrivateKey::load(key_file(g.file)); });
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_passphrase_is_said_with_file_and_format) {
  for (const Golden& g : golden) {
    if (g.encryption == nullptr) continue;
    check_refused(errc::wrong_passphrase, g.encryption,
                  [&] { PrivateKey::load(key_file(g.file), Secret(ByteView("Throw-away"))); });
  }
}

BOOST_AUTO_TEST_CASE(wrong_passphrases_that_leave_right_padding) {
  // With CBC and PKCS#7 padding about one wrong passphrase in 256 is found by the DER only.
  for (const char* name : {"ecdsa256_aes128-cbc.pem", "rsa_des3.pem"}) {
    const std::string text = key_text(name);
    for (int i = 0; i < 1500; ++i)
      check_refused(errc::wrong_passphrase, name,
                    [&] { PrivateKey::parse(text, Secret(ByteView(std::to_string(i))), name); });
  }
}

BOOST_AUTO_TEST_CASE(the_passphrase_is_asked_for_only_when_it_is_needed) {
  int asked = 0;
  std::string what;
  const PrivateKey::PassphraseSource source = [&](const std::string& label) {
    ++asked;
    what = label;
    return std::optional(golden_passphrase());
  };
  PrivateKey::load(key_file("ed25519"), source);
  PrivateKey::load(key_file("rsa.pem"), source);
  PrivateKey::load(key_file("rsa.pkcs8"), source);
  check_refused(errc::unknown_format, "", [&] { PrivateKey::load(key_file("ed25519.pub"), source); });
  check_refused(errc::unsupported_key, "PBES2",
                [&] { PrivateKey::load(key_file("rsa_pbes1.pkcs8"), source); });
  BOOST_TEST(asked == 0);
  BOOST_TEST(!!PrivateKey::load(key_file("ed25519_aes256-ctr"), source));
  BOOST_TEST(asked == 1);
  BOOST_TEST(what == key_file("ed25519_aes256-ctr").string());
}

BOOST_AUTO_TEST_CASE(giving_up_is_passphrase_needed) {
  const auto file = key_file("ed25519_aes256-ctr");
  const PrivateKey::PassphraseSource sources[] = {
      nullptr, [](const std::string&) { return std::nullopt; },
      [](const std::string&) { return std::optional<Secret>(Secret()); }};
  for (const auto& source : sources)
    check_refused(errc::passphrase_needed, "aes256-ctr", [&] { PrivateKey::load(file, source); });
}

BOOST_AUTO_TEST_CASE(what_the_passphrase_source_throws_comes_through) {
  const PrivateKey::PassphraseSource source = [](const std::string&) -> std::optional<Secret> { throw 42; };
  BOOST_CHECK_THROW(PrivateKey::load(key_file("ed25519_aes256-ctr"), source), int);
}

BOOST_AUTO_TEST_CASE(comments_come_along) {
  BOOST_TEST(PrivateKey::load(key_file("rsa")).public_key().comment() == "amiko test key rsa");
  BOOST_TEST(PrivateKey::load(key_file("rsa.pem")).public_key().comment() == "");
}

BOOST_AUTO_TEST_CASE(files_that_are_no_keys) {
  const TempDir dir;
  const std::string big(1024 * 1024 + 1, 'x');
  const auto fifo = dir / "fifo";
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  check_refused(errc::file_not_found, "nowhere: No such file", [&] { PrivateKey::load(dir / "nowhere"); });
  check_refused(errc::file_not_found, "Not a directory", [&] { PrivateKey::load(key_file("rsa") / "x"); });
  check_refused(errc::file_unreadable, "Is a directory", [&] { PrivateKey::load(dir.path()); });
  check_refused(errc::file_unreadable, "not a regular file", [&] { PrivateKey::load(fifo); });
  check_refused(errc::file_unreadable, "not a regular file", [] { PrivateKey::load("/dev/zero"); });
  check_refused(errc::file_unreadable, "1048576 bytes", [&] { PrivateKey::load(dir.write("big", big)); });
}

BOOST_AUTO_TEST_CASE(text_around_the_key_is_skipped) {
  const std::string key = key_text("ecdsa256.pem");
  const std::string certificate = pem("CERTIFICATE", "not looked at");
  for (const std::string& text : {"Bag Attributes\n  friendlyName: x\n" + key, certificate + key,
                                  key + certificate, "\n\n" + key + "\nmore"})
    BOOST_TEST((PrivateKey::parse(text).public_key() == PublicKey::load(key_file("ecdsa256.pub"))));
}

BOOST_AUTO_TEST_CASE(line_ends_of_windows) {
  for (const char* name : {"ed25519", "rsa_aes128-cbc.pem", "rsa_pbkdf2.pkcs8"}) {
    std::string text;
    for (const char c : key_text(name))
      text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    BOOST_TEST(!!PrivateKey::parse(text, golden_passphrase()));
  }
}

BOOST_AUTO_TEST_CASE(load_key_is_load) {
  BOOST_TEST((load_key(key_file("rsa_des3.pem"), golden_passphrase()).public_key() ==
              PublicKey::load(key_file("rsa.pub"))));
}

BOOST_AUTO_TEST_SUITE_END()
