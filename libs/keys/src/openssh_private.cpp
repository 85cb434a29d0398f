// amiko - reading openssh-key-v1 (OpenSSH PROTOCOL.key)
#include "openssh_private.hpp"

#include "import.hpp"
#include "openssh_cipher.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <string>

namespace amiko::keys {
namespace {

// The part before the encrypted section.  Views point into the decoded PEM block.
struct Outer {
  std::string_view cipher, kdf;
  ByteView kdf_options;
  PublicKey public_key;
  ByteView section;  ///< ciphertext and tag

  bool is_encrypted() const { return cipher != "none"; }
};

[[noreturn]] void malformed(std::string text) {
  throw_error(errc::malformed_key, std::move(text));
}

Outer read_outer(ByteView body) {
  wire::Reader in(body);
  if (in.remaining() < openssh_magic.size() || in.raw(openssh_magic.size()).text() != openssh_magic)
    malformed("the magic \"openssh-key-v1\" is missing");
  Outer outer;
  outer.cipher = in.text();
  outer.kdf = in.text();
  outer.kdf_options = in.string();
  if (const std::uint32_t count = in.uint32(); count != 1)
    malformed("there are " + std::to_string(count) + " keys in it and not one");
  outer.public_key = PublicKey::from_blob(in.string());

  const std::size_t tag_size = outer.is_encrypted() ? find_openssh_cipher(outer.cipher).tag_size : 0;
  const std::size_t block_size = outer.is_encrypted() ? find_openssh_cipher(outer.cipher).block_size : 8;
  const std::size_t size = in.uint32();
  if (size % block_size != 0) malformed("the private section is not a multiple of the cipher's block");
  outer.section = in.raw(size + tag_size);
  in.expect_end();
  return outer;
}

SecureBytes decrypt_section(const Outer& outer, Import& import) {
  if (!outer.is_encrypted()) {
    if (outer.kdf != "none" || !outer.kdf_options.empty())
      malformed("there is a key derivation without a cipher");
    return SecureBytes(outer.section.begin(), outer.section.end());
  }
  if (outer.kdf == "none") malformed("there is a cipher without a key derivation");
  if (outer.kdf != "bcrypt")
    throw_error(errc::unsupported_key,
                "the key derivation \"" + printable(outer.kdf, false, 64) + "\" is not supported");
  wire::Reader options(outer.kdf_options);
  const ByteView salt = options.string();
  const std::uint32_t rounds = options.uint32();
  options.expect_end();
  const OpensshCipher& cipher = find_openssh_cipher(outer.cipher);
  const Secret passphrase = import.ask_passphrase(outer.cipher);
  return decrypt_openssh(cipher, derive_bcrypt(cipher, passphrase, salt, rounds), outer.section);
}

// PuTTYgen pads with more than a block, so the length is free.
void check_padding(ByteView padding) {
  for (std::size_t i = 0; i < padding.size(); ++i)
    if (padding[i] != static_cast<std::uint8_t>(i + 1))
      malformed("the padding of the private section is wrong");
}

Imported read_section(ByteView section, const Outer& outer) {
  wire::Reader in(section);
  const std::uint32_t check = in.uint32();
  if (in.uint32() != check) {
    if (outer.is_encrypted()) throw_error(errc::wrong_passphrase, "");
    malformed("the two check numbers differ");
  }
  const KeyCodec& codec = find_codec(in.text());
  Imported result{.key = codec.read_private(codec.type, in)};
  result.comment = in.text();
  check_padding(in.rest());
  if (public_blob(*result.key) != outer.public_key.blob())
    malformed("the public key in front of the private section belongs to another key");
  return result;
}

}  // namespace

Bytes public_blob(const SigningKey& key) {
  Bytes blob;
  wire::Writer out(blob);
  out.string(key.type());
  key.write_public(out);
  return blob;
}

Imported read_openssh(const PemBlock& block, Import& import) {
  if (!block.dek_info.empty()) malformed("there are PEM encryption headers");
  const Outer outer = read_outer(block.data);
  return read_section(decrypt_section(outer, import), outer);
}

}  // namespace amiko::keys
