// amiko - writing openssh-key-v1 (OpenSSH PROTOCOL.key)
#include "export.hpp"

#include "openssh_cipher.hpp"
#include "openssh_private.hpp"
#include "wiped_bytes.hpp"

#include <amiko/crypto/random.hpp>

#include <botan/base64.h>

#include <array>

namespace amiko::keys {
namespace {

constexpr std::string_view export_cipher = "aes256-ctr";
constexpr std::uint32_t export_rounds = 24;
constexpr std::size_t salt_size = 16;
constexpr std::size_t line_width = 70;
// The largest RSA key takes about 8 KiB, and comments are free.
constexpr std::size_t room_for_key = 16 * 1024;

Bytes random_bytes(std::size_t size) {
  Bytes result(size);
  crypto::system_random().fill(result);
  return result;
}

void write_section(Bytes& section, const SigningKey& key, std::string_view comment, std::size_t block_size) {
  wire::Writer out(section);
  const Bytes check = random_bytes(4);
  out.raw(check);
  out.raw(check);
  out.string(key.type());
  key.write_private(out);
  out.string(comment);
  for (std::uint8_t i = 1; section.size() % block_size != 0; ++i)
    out.byte(i);
}

void write_outer(Bytes& body, const SigningKey& key, std::string_view comment, const Secret& passphrase) {
  const OpensshCipher& cipher = find_openssh_cipher(export_cipher);
  const bool encrypt = !passphrase.empty();
  WipedBytes section(room_for_key + comment.size());
  write_section(section.bytes(), key, comment, encrypt ? cipher.block_size : 8);

  wire::Writer out(body);
  out.raw(openssh_magic);
  out.string(encrypt ? cipher.name : "none");
  out.string(encrypt ? "bcrypt" : "none");
  const Bytes salt = random_bytes(salt_size);
  const std::size_t options = out.begin_string();
  if (encrypt) {
    out.string(salt);
    out.uint32(export_rounds);
  }
  out.end_string(options);
  out.uint32(1);
  out.string(public_blob(key));
  if (encrypt)
    out.string(
        encrypt_openssh(cipher, derive_bcrypt(cipher, passphrase, salt, export_rounds), section.view()));
  else
    out.string(section.view());
}

// Base64 in lines, without a copy on the way that nobody wipes.
void write_armour(Bytes& text, ByteView body) {
  append(text, "-----BEGIN ");
  append(text, openssh_pem_label);
  append(text, "-----\n");
  constexpr std::size_t bytes_per_line = line_width / 4 * 3;
  std::array<char, line_width + 2> line{};
  while (!body.empty()) {
    const ByteView part = body.first(std::min(bytes_per_line, body.size()));
    std::size_t consumed = 0;
    const std::size_t size = Botan::base64_encode(line.data(), part.data(), part.size(), consumed, true);
    append(text, ByteView(line).first(size));
    text.push_back('\n');
    body = body.from(part.size());
  }
  wipe(line.data(), line.size());
  append(text, "-----END ");
  append(text, openssh_pem_label);
  append(text, "-----\n");
}

}  // namespace

Secret export_openssh(const SigningKey& key, std::string_view comment, const Secret& passphrase) {
  WipedBytes body(2 * (room_for_key + comment.size()));
  write_outer(body.bytes(), key, comment, passphrase);
  WipedBytes text(2 * body.view().size() + 256);
  write_armour(text.bytes(), body.view());
  return Secret(text.view());
}

}  // namespace amiko::keys
