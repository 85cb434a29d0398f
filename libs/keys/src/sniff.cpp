// amiko - what a file looks like that is not what was expected
#include "sniff.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <algorithm>

namespace amiko::keys {
namespace {

struct Beginning {
  std::string_view text;
  std::string_view what;
  std::string_view hint = {};
  errc code = errc::unknown_format;
  bool is_public_line = false;
};

constexpr std::string_view import_public = "convert it with ssh-keygen -i";
constexpr std::string_view wrong_half =
    "the private key is usually in the file of the same name without .pub";

// The first that fits counts.
constexpr Beginning beginnings[] = {
    {"PuTTY-User-Key-File-", "a PuTTY key (PPK)", "convert it with puttygen -O private-openssh-new"},
    {"---- BEGIN SSH2 PUBLIC KEY", "an SSH2 (RFC 4716) public key", import_public},
    {"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY", "an ssh.com private key",
     "convert it with puttygen -O private-openssh-new"},
    {"-----BEGIN OPENSSH PRIVATE KEY", "an OpenSSH private key"},
    {"-----BEGIN DSA PRIVATE KEY", "a DSA private key"},
    {"-----BEGIN RSA PRIVATE KEY", "a PKCS#1 RSA private key"},
    {"-----BEGIN EC PRIVATE KEY", "a SEC1 EC private key"},
    {"-----BEGIN PRIVATE KEY", "a PKCS#8 private key"},
    {"-----BEGIN ENCRYPTED PRIVATE KEY", "an encrypted PKCS#8 private key"},
    {"-----BEGIN PUBLIC KEY", "a PKCS#8 public key", import_public},
    {"-----BEGIN RSA PUBLIC KEY", "a PKCS#1 public key", import_public},
    {"-----BEGIN CERTIFICATE REQUEST", "a certificate request"},
    {"-----BEGIN NEW CERTIFICATE REQUEST", "a certificate request"},
    {"-----BEGIN CERTIFICATE", "an X.509 certificate"},
    {"-----BEGIN X509 CERTIFICATE", "an X.509 certificate"},
    {"-----BEGIN SSH SIGNATURE", "an OpenSSH signature"},
    {"-----BEGIN PGP ", "an OpenPGP message or key"},
    {"-----BEGIN EC PARAMETERS", "elliptic curve parameters without a key"},
    {"-----BEGIN ", "PEM of another kind"},
    {std::string_view("openssh-key-v1\0", 15), "an OpenSSH private key without its PEM armour"},
    {"SSH PRIVATE KEY FILE FORMAT 1.1", "an SSH-1 key", {}, errc::unsupported_key},
    {"ssh-rsa-cert-v0", "an OpenSSH certificate", {}, errc::unsupported_key},
    {"ssh-ed25519-cert-v0", "an OpenSSH certificate", {}, errc::unsupported_key},
    {"ecdsa-sha2-nistp256-cert-v0", "an OpenSSH certificate", {}, errc::unsupported_key},
    {"ecdsa-sha2-nistp384-cert-v0", "an OpenSSH certificate", {}, errc::unsupported_key},
    {"ecdsa-sha2-nistp521-cert-v0", "an OpenSSH certificate", {}, errc::unsupported_key},
    {"ssh-", "an OpenSSH public key", wrong_half, errc::unknown_format, true},
    {"ecdsa-sha2-", "an OpenSSH public key", wrong_half, errc::unknown_format, true},
    {"sk-", "a security key's public half", wrong_half, errc::unknown_format, true},
    {"\xff\xfe", "UTF-16 text", "save it as plain text"},
    {"\xfe\xff", "UTF-16 text", "save it as plain text"},
    {"\x30\x82", "binary DER", "convert it to PEM, as with openssl pkey -inform DER"},
    {"\x30\x81", "binary DER", "convert it to PEM, as with openssl pkey -inform DER"},
    {"\x30\x2e\x02\x01", "binary DER", "convert it to PEM, as with openssl pkey -inform DER"},
};

// Skips empty lines and comments.
std::string_view first_line_on(std::string_view text) {
  while (true) {
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == text.npos) return {};
    text.remove_prefix(start);
    if (text.front() != '#') return text;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
}

bool is_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7f || (byte < 0x20 && c != '\t' && c != '\r' && c != '\n');
  });
}

}  // namespace

Sniffed sniff(ByteView content) {
  if (content.empty()) return {.what = "an empty file"};
  std::string_view text = content.text();
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // byte order mark
  text = first_line_on(text);
  if (text.empty()) return {.what = "a file of blank lines and comments"};
  for (const Beginning& b : beginnings)
    if (text.starts_with(b.text)) return {std::string(b.what), std::string(b.hint), b.code, b.is_public_line};
  // A public key line may stand behind options, and a PEM block behind any text.
  if (text.find("-----BEGIN ") != text.npos) return {.what = "text with a PEM block of another kind"};
  return {.what = is_text(text.substr(0, 512)) ? "text of another kind" : "binary data of another kind"};
}

void throw_not(const Sniffed& sniffed, std::string_view expected) {
  Failure failure;
  failure.code = sniffed.code;
  failure.text = "this looks like " + sniffed.what + ", not like " + std::string(expected);
  failure.hint = sniffed.hint;
  throw_failure(std::move(failure));
}

}  // namespace amiko::keys
