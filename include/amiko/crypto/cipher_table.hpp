// amiko - the ciphers and MACs by name
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/packet_cipher.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace amiko::crypto {

enum class Direction { seal, open };

struct MacInfo;

/// Keys of one direction (RFC 4253 section 7.2); views, wiped by their owner.
struct DirectionKeys {
  ByteView key{};
  ByteView iv{};
  ByteView mac_key{};
};

/// A cipher's entry.  Adding one is adding a line to the table in cipher_table.cpp.
struct CipherInfo {
  std::string_view name;
  std::string_view algorithm;  ///< Botan's name: "CTR-BE(AES-128)"
  std::size_t key_size;        ///< bytes
  std::size_t iv_size;         ///< bytes
  std::size_t block_size;      ///< bytes, as the padding sees it
  bool aead;                   ///< brings its own tag: the negotiated MAC is not used
  bool by_default;             ///< offered unless told otherwise
  bool legacy;                 ///< only offered when named
  std::unique_ptr<PacketCipher> (*make)(const CipherInfo&, const MacInfo*, const DirectionKeys&, Direction);
  const void* context = nullptr;  ///< for `make` of an entry that is in no table
};

/// A MAC's entry.
struct MacInfo {
  std::string_view name;
  std::string_view hash;  ///< Botan's name: "SHA-256"
  std::size_t key_size;   ///< bytes
  std::size_t tag_size;   ///< bytes
  bool etm;
  bool by_default;
  bool legacy;
};

/// In the order of preference, which for ciphers depends on has_aes_instructions().
std::span<const CipherInfo> cipher_table() noexcept;
std::span<const MacInfo> mac_table() noexcept;
/// Null when there is none of that name.
const CipherInfo* find_cipher(std::string_view name) noexcept;
const MacInfo* find_mac(std::string_view name) noexcept;

/// Whether the CPU has AES instructions, so that AES-GCM beats ChaCha20-Poly1305.
bool has_aes_instructions() noexcept;

}  // namespace amiko::crypto
