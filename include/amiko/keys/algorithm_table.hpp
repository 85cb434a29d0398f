// amiko - the signature algorithms
#pragma once

#include <amiko/base/config.hpp>

#include <span>
#include <string_view>

namespace amiko {

/// A signature algorithm as it is named in KEXINIT, in publickey requests and in signatures (RFC 4253
/// section 6.6, RFC 5656 section 3.1.1, RFC 8332, RFC 8709, OpenSSH PROTOCOL.u2f).  The views are literals.
struct SignatureInfo {
  std::string_view name;      ///< "rsa-sha2-512"
  std::string_view key_type;  ///< of the key blobs that it goes with: "ssh-rsa"
  std::string_view hash;      ///< "SHA-512"; empty when the scheme has its own (Ed25519, Ed448)
  bool by_default = true;     ///< in the default lists
  bool legacy = false;        ///< weak: used only where it is named
  bool for_hosts = true;      ///< false: by default for users' keys only
};

/// All that there are, in the default order of preference.  The view is good for the program's life; any
/// thread.
AMIKO_DECL std::span<const SignatureInfo> signature_table() noexcept;

/// Null when there is no algorithm of that name.
AMIKO_DECL const SignatureInfo* find_signature(std::string_view name) noexcept;

}  // namespace amiko
