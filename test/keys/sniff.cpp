// amiko - tests of naming what is no private key
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

BOOST_AUTO_TEST_SUITE(sniff)

BOOST_AUTO_TEST_CASE(what_it_looks_like) {
  const struct {
    std::string text;
    const char* what;
    errc code = errc::unknown_format;
  } cases[] = {
      {"", "an empty file"},
      {" \n\t\r\n", "blank lines"},
      {"# only\n# comments\n", "blank lines and comments"},
      {key_text("ed25519.ppk"), "puttygen -O private-openssh-new"},
      {key_text("ed25519.pub"), "an OpenSSH public key"},
      {key_text("ecdsa256.pub"), "without .pub"},
      {"---- BEGIN SSH2 PUBLIC KEY ----\nComment: x\n", "SSH2 (RFC 4716) public key"},
      {"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n", "ssh.com private key"},
      {pem("CERTIFICATE REQUEST", "x"), "a certificate request"},
      {pem("NEW CERTIFICATE REQUEST", "x"), "a certificate request"},
      {pem("CERTIFICATE", "x"), "an X.509 certificate"},
      {pem("PUBLIC KEY", "x"), "a PKCS#8 public key"},
      {pem("RSA PUBLIC KEY", "x"), "a PKCS#1 public key"},
      {pem("SSH SIGNATURE", "x"), "an OpenSSH signature"},
      {pem("PGP PRIVATE KEY BLOCK", "x"), "OpenPGP"},
      {pem("EC PARAMETERS", "x"), "without a key"},
      {pem("GARBAGE", "x"), "PEM of another kind"},
      {"text\n" + pem("GARBAGE", "x"), "a PEM block of another kind"},
      {"-----BEGIN RSA PRIVATE KEY", "a PKCS#1 RSA private key"},
      {"-----BEGIN DSA PRIVATE KEY", "a DSA private key"},
      {"sk-ssh-ed25519@openssh.com AAAA", "a security key's public half"},
      {"ssh-ed25519-cert-v01@openssh.com AAAA", "an OpenSSH certificate", errc::unsupported_key},
      {"SSH PRIVATE KEY FILE FORMAT 1.1\n", "an SSH-1 key", errc::unsupported_key},
      {std::string("openssh-key-v1\0", 15), "without its PEM armour"},
      {"\x30\x82\x04\xa2\x02\x01", "openssl pkey -inform DER"},
      {"\xff\xfe-\0-\0", "UTF-16"},
      {"hello", "text of another kind"},
      {std::string("\x7f"
                   "ELF\2\1\1\0",
                   8),
       "binary data"},
  };
  for (const auto& c : cases)
    check_refused(c.code, c.what, [&] { PrivateKey::parse(c.text); });
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_does_not_hide_it) {
  check_refused(errc::unknown_format, "PuTTY",
                [] { PrivateKey::parse("\xef\xbb\xbf" + key_text("ed25519.ppk")); });
}

BOOST_AUTO_TEST_CASE(the_label_is_in_front) {
  check_refused(errc::unknown_format, "my label: this looks like",
                [] { PrivateKey::parse("x", Secret(), "my label"); });
  check_refused(errc::unknown_format, "private key: this looks like", [] { PrivateKey::parse("x"); });
}

BOOST_AUTO_TEST_SUITE_END()
