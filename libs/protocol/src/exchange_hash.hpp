// amiko - the exchange hash H
#pragma once

#include <amiko/base/bytes.hpp>

#include <string_view>

namespace amiko::protocol {

/// What H covers (RFC 4253 section 8).
struct HashInput {
  std::string_view client_version{};  ///< identification lines without CR LF
  std::string_view server_version{};
  ByteView client_kexinit{};  ///< whole payloads, exactly as sent
  ByteView server_kexinit{};
  ByteView host_key{};
  ByteView
      values{};  ///< the method's own, encoded: e and f, or min, n, max, p, g, e and f (RFC 4419 section 3)
  ByteView secret{};  ///< K, encoded
};

/// `hash_name` is Botan's.
Bytes exchange_hash(std::string_view hash_name, const HashInput& input);

}  // namespace amiko::protocol
