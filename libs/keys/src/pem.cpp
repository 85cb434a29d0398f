// amiko - PEM armour, with the encryption that OpenSSL put on it (RFC 7468, RFC 1421)
#include "pem.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <botan/base64.h>
#include <botan/cipher_mode.h>
#include <botan/exceptn.h>
#include <botan/hash.h>
#include <botan/hex.h>

#include <algorithm>
#include <string>

namespace amiko::keys {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view dashes = "-----";

// Takes a line off `text`, without its line end.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
    line.remove_suffix(1);
  return line;
}

std::string_view trim_front(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  return start == text.npos ? std::string_view() : text.substr(start);
}

// Reads "Name: value" lines up to an empty one.
std::string_view take_headers(std::string_view& content) {
  std::string_view dek_info;
  bool is_encrypted = false;
  std::string_view rest = content;
  while (rest.substr(0, std::min(rest.find('\n'), rest.size())).find(':') != rest.npos) {
    const std::string_view line = next_line(rest);
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim_front(line.substr(colon + 1));
    if (name == "Proc-Type") is_encrypted = value == "4,ENCRYPTED";
    if (name == "DEK-Info") dek_info = value;
    content = rest;
  }
  if (is_encrypted != !dek_info.empty())
    throw_error(errc::malformed_key, "the Proc-Type and DEK-Info headers do not belong together");
  return dek_info;
}

struct Cipher {
  std::string_view name;
  std::string_view botan_name;
  std::size_t key_size;
  std::size_t iv_size;
};

constexpr Cipher ciphers[] = {
    {"AES-128-CBC", "AES-128/CBC/PKCS7", 16, 16},
    {"AES-192-CBC", "AES-192/CBC/PKCS7", 24, 16},
    {"AES-256-CBC", "AES-256/CBC/PKCS7", 32, 16},
    {"DES-EDE3-CBC", "3DES/CBC/PKCS7", 24, 8},
};

const Cipher& find_cipher(std::string_view name) {
  const auto* found = std::ranges::find(ciphers, name, &Cipher::name);
  if (found == std::end(ciphers))
    throw_error(errc::unsupported_key, "the cipher \"" + printable(name, false, 64) + "\" is not supported");
  return *found;
}

// OpenSSL's EVP_BytesToKey with MD5 and one round.
SecureBytes derive_key(const Secret& passphrase, ByteView salt, std::size_t size) {
  const auto md5 = Botan::HashFunction::create_or_throw("MD5");
  SecureBytes key;
  SecureBytes digest;
  while (key.size() < size) {
    md5->update(digest);
    md5->update(passphrase.view());
    md5->update(salt);
    digest = md5->final();
    key.insert(key.end(), digest.begin(), digest.end());
  }
  key.resize(size);
  return key;
}

}  // namespace

std::optional<Armour> find_armour(std::string_view text) {
  std::size_t start = text.find(begin_mark);
  while (start != text.npos && start != 0 && text[start - 1] != '\n')
    start = text.find(begin_mark, start + 1);
  if (start == text.npos) return std::nullopt;
  text.remove_prefix(start + begin_mark.size());

  std::string_view line = next_line(text);
  if (!line.ends_with(dashes)) return Armour{.label = {}, .content = {}, .after = text};
  line.remove_suffix(dashes.size());

  const std::string end_line = "-----END " + std::string(line) + "-----";
  const std::size_t end = text.find(end_line);
  if (end == text.npos) return Armour{.label = line, .content = text, .after = {}};
  return Armour{.label = line,
                .content = text.substr(0, end),
                .after = text.substr(end + end_line.size()),
                .is_closed = true};
}

PemBlock decode_armour(const Armour& armour) {
  if (!armour.is_closed) throw_error(errc::malformed_key, "the end line is missing");
  std::string_view content = armour.content;
  PemBlock block;
  block.dek_info = take_headers(content);
  block.data = Botan::base64_decode(content, true);
  return block;
}

std::string_view dek_cipher(std::string_view dek_info) {
  return dek_info.substr(0, dek_info.find(','));
}

SecureBytes decrypt_dek(const PemBlock& block, const Secret& passphrase) {
  const Cipher& cipher = find_cipher(dek_cipher(block.dek_info));
  const std::size_t comma = block.dek_info.find(',');
  const auto iv = Botan::hex_decode(comma == block.dek_info.npos ? "" : block.dek_info.substr(comma + 1));
  if (iv.size() != cipher.iv_size)
    throw_error(errc::malformed_key, "the IV in the DEK-Info header has a wrong size");
  if (block.data.empty() || block.data.size() % cipher.iv_size != 0)
    throw_error(errc::malformed_key, "the encrypted part has a wrong size");

  const auto mode = Botan::Cipher_Mode::create_or_throw(cipher.botan_name, Botan::Cipher_Dir::Decryption);
  mode->set_key(derive_key(passphrase, ByteView(iv).first(8), cipher.key_size));
  mode->start(iv);
  SecureBytes data = block.data;
  try {
    mode->finish(data);
  } catch (const Botan::Decoding_Error&) {
    throw_error(errc::wrong_passphrase, "");
  }
  return data;
}

}  // namespace amiko::keys
