// amiko - the ciphers, in the order that suits the CPU
#include <amiko/crypto/cipher_table.hpp>

#include "ciphers.hpp"

#include <botan/block_cipher.h>
#include <botan/cipher_mode.h>
#include <botan/stream_cipher.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace amiko::crypto {
namespace {

// What NIST SP 800-67 allows for Triple DES: 2^20 blocks.  RFC 4344 section 3.2 calls 2^16 right and a
// gigabyte bearable where blocks have 64 bits; the birthday attack of 2016 (Sweet32) works in between.
constexpr std::uint64_t small_block_bytes = std::uint64_t{8} << 20;
// RFC 4344 section 3.2: 2^32 blocks of 128 bits.
constexpr std::uint64_t large_block_bytes = std::uint64_t{16} << 32;

// arcfour128 and arcfour256 throw away the first 1536 bytes (RFC 4345).
constexpr auto ciphers = std::to_array<CipherInfo>({
    // name, Botan's name, key, IV and block size, AEAD, by default, legacy, maker
    {"aes128-gcm@openssh.com", "AES-128/GCM(16)", 16, 12, 16, true, true, false, make_gcm, large_block_bytes},
    {"aes256-gcm@openssh.com", "AES-256/GCM(16)", 32, 12, 16, true, true, false, make_gcm, large_block_bytes},
    {"chacha20-poly1305@openssh.com", "ChaCha(20)", 64, 0, 8, true, true, false, make_chachapoly},
    {"aes128-ctr", "CTR-BE(AES-128)", 16, 16, 16, false, true, false, make_stream, large_block_bytes},
    {"aes192-ctr", "CTR-BE(AES-192)", 24, 16, 16, false, true, false, make_stream, large_block_bytes},
    {"aes256-ctr", "CTR-BE(AES-256)", 32, 16, 16, false, true, false, make_stream, large_block_bytes},
    {"aes128-cbc", "AES-128/CBC/NoPadding", 16, 16, 16, false, false, true, make_cbc, large_block_bytes},
    {"aes192-cbc", "AES-192/CBC/NoPadding", 24, 16, 16, false, false, true, make_cbc, large_block_bytes},
    {"aes256-cbc", "AES-256/CBC/NoPadding", 32, 16, 16, false, false, true, make_cbc, large_block_bytes},
    {"3des-cbc", "3DES/CBC/NoPadding", 24, 8, 8, false, false, true, make_cbc, small_block_bytes},
    {"blowfish-cbc", "Blowfish/CBC/NoPadding", 16, 8, 8, false, false, true, make_cbc, small_block_bytes},
    {"cast128-cbc", "CAST-128/CBC/NoPadding", 16, 8, 8, false, false, true, make_cbc, small_block_bytes},
    {"seed-cbc@ssh.com", "SEED/CBC/NoPadding", 16, 16, 16, false, false, true, make_cbc, large_block_bytes},
    {"arcfour256", "RC4(1536)", 32, 0, 8, false, false, true, make_stream},
    {"arcfour128", "RC4(1536)", 16, 0, 8, false, false, true, make_stream},
    {"arcfour", "RC4", 16, 0, 8, false, false, true, make_stream},
});

/// Whoever builds Botan may leave the old ones out.
bool is_usable(const CipherInfo& info) {
  return Botan::Cipher_Mode::create(info.algorithm, Botan::Cipher_Dir::Encryption) != nullptr ||
         Botan::StreamCipher::create(info.algorithm) != nullptr;
}

std::vector<CipherInfo> ciphers_of_this_machine() {
  std::vector<CipherInfo> table;
  std::ranges::copy_if(ciphers, std::back_inserter(table), is_usable);
  if (!has_aes_instructions()) {
    const auto chacha = std::ranges::find(table, "chacha20-poly1305@openssh.com", &CipherInfo::name);
    std::rotate(table.begin(), chacha, chacha + 1);
  }
  return table;
}

}  // namespace

std::span<const CipherInfo> cipher_table() {
  static const std::vector<CipherInfo> table = ciphers_of_this_machine();
  return table;
}

const CipherInfo* find_cipher(std::string_view name) {
  const auto table = cipher_table();
  const auto found = std::ranges::find(table, name, &CipherInfo::name);
  return found != table.end() ? &*found : nullptr;
}

bool has_aes_instructions() {
  // What counts is the code that Botan will run, so Botan is asked and not the CPU.
  static const bool has = [] {
    const std::string provider = Botan::BlockCipher::create_or_throw("AES-128")->provider();
    return provider != "base" && provider != "vperm";
  }();
  return has;
}

}  // namespace amiko::crypto
