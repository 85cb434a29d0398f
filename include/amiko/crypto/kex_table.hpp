// amiko - the key exchange methods by name
#pragma once

#include <amiko/crypto/key_agreement.hpp>

#include <memory>
#include <span>
#include <string_view>

namespace amiko::crypto {

/// How a method's messages look.
enum class KexShape {
  dh,    ///< KEXDH_INIT and KEXDH_REPLY with mpints (RFC 4253 section 8)
  ecdh,  ///< the same with strings (RFC 5656, RFC 8731, the hybrids)
  gex,   ///< group exchange (RFC 4419)
  rsa,   ///< a secret encrypted with a key made for it (RFC 4432)
};

/// A method's entry.  Adding one is adding a line to the table in kex_table.cpp.
struct KexInfo {
  std::string_view name;
  KexShape shape;
  std::string_view hash;                    ///< Botan's name: "SHA-256"
  std::unique_ptr<KeyAgreement> (*make)();  ///< null for gex, whose group comes from the server, and rsa
  bool by_default;
  bool legacy;
  unsigned rsa_bits = 0;   ///< of the key of shape rsa: what a server makes and the least that a client takes
  bool in_servers = true;  ///< whether by_default holds for servers, too
};

/// In the order of preference.
std::span<const KexInfo> kex_table() noexcept;
const KexInfo* find_kex(std::string_view name) noexcept;

}  // namespace amiko::crypto
