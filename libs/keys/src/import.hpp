// amiko - what the readers of private key formats share
#pragma once

#include "key_codec.hpp"
#include "pem.hpp"

#include <amiko/keys/private_key.hpp>

#include <string>

namespace amiko::keys {

/// One import under way.
struct Import {
  std::string label;   ///< names the key in errors and questions
  std::string format;  ///< what is known of the file so far: "OpenSSH private key, encrypted with aes256-ctr"
  const PrivateKey::PassphraseSource& passphrase;

  /// Adds to `format` how the key is encrypted, and asks for the passphrase.  Throws errc::passphrase_needed.
  Secret ask_passphrase(std::string_view encryption);
};

struct Imported {
  SigningKeyPtr key;
  std::string comment = {};
};

/// Finds the format of `text` and reads it.  Throws KeyError with label and format in its text.
Imported import_private(ByteView text, Import& import);

// The formats.  All throw Error or Botan::Exception without label and format.
Imported read_openssh(const PemBlock& block, Import& import);
Imported read_pkcs1(const PemBlock& block, Import& import);
Imported read_traditional_dsa(const PemBlock& block, Import& import);
Imported read_sec1(const PemBlock& block, Import& import);
Imported read_pkcs8(const PemBlock& block, Import& import);
Imported read_encrypted_pkcs8(const PemBlock& block, Import& import);

}  // namespace amiko::keys
