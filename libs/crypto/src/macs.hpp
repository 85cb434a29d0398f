// amiko - the makers behind the MAC table that are not HMAC
#pragma once

#include <amiko/crypto/cipher_table.hpp>

#include <memory>

namespace amiko::crypto {

/// UMAC (RFC 4418) with a tag of 8 or 16 bytes.
std::unique_ptr<Mac> make_umac(const MacInfo& info, ByteView key);

}  // namespace amiko::crypto
