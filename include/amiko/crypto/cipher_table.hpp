// amiko - the ciphers and MACs by name
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/mac.hpp>
#include <amiko/crypto/packet_cipher.hpp>

#include <cstddef>
#include <cstdint>
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
  std::string_view algorithm;  ///< Botan's name: "CTR-BE(AES-128)", "AES-128/CBC/NoPadding"
  std::size_t key_size;        ///< bytes
  std::size_t iv_size;         ///< bytes
  std::size_t block_size;      ///< bytes, as the padding sees it
  bool aead;                   ///< brings its own tag: the negotiated MAC is not used
  bool by_default;             ///< offered unless told otherwise
  bool legacy;                 ///< only offered when named
  std::unique_ptr<PacketCipher> (*make)(const CipherInfo&, const MacInfo*, const DirectionKeys&, Direction);
  std::uint64_t max_bytes = 0;  ///< what one key may protect; 0: as much as the connection's own limits allow
  const void* context = nullptr;  ///< for `make` of an entry that is in no table
};

/// HMAC with the entry's hash.  Throws errc::invalid_argument for a key of the wrong size.
std::unique_ptr<Mac> make_hmac(const MacInfo& info, ByteView key);

/// A MAC's entry.  Adding one is adding a line to the table in mac_table.cpp.
struct MacInfo {
  std::string_view name;
  std::string_view hash;  ///< Botan's name: "SHA-256"; empty for those that are no HMAC
  std::size_t key_size;   ///< bytes
  std::size_t tag_size;   ///< bytes
  bool etm;
  bool by_default;
  bool legacy;
  std::unique_ptr<Mac> (*make)(const MacInfo&, ByteView key) = make_hmac;
};

/// In the order of preference, which for ciphers depends on has_aes_instructions().  The first call asks
/// Botan and throws std::bad_alloc when there is no memory for that.  Ciphers that this build of Botan lacks
/// are left out.
std::span<const CipherInfo> cipher_table();
std::span<const MacInfo> mac_table() noexcept;
/// Null when there is none of that name.
const CipherInfo* find_cipher(std::string_view name);
const MacInfo* find_mac(std::string_view name) noexcept;

/// Whether the CPU has AES instructions, so that AES-GCM beats ChaCha20-Poly1305.
bool has_aes_instructions();

}  // namespace amiko::crypto
