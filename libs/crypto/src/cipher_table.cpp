// amiko - the ciphers, in the order that suits the CPU
#include <amiko/crypto/cipher_table.hpp>

#include "ciphers.hpp"

#include <botan/block_cipher.h>

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

constexpr auto ciphers = std::to_array<CipherInfo>({
    // name, Botan's name, key, IV and block size, AEAD, by default, legacy, maker
    {"aes128-gcm@openssh.com", "AES-128/GCM(16)", 16, 12, 16, true, true, false, make_gcm},
    {"aes256-gcm@openssh.com", "AES-256/GCM(16)", 32, 12, 16, true, true, false, make_gcm},
    {"chacha20-poly1305@openssh.com", "ChaCha(20)", 64, 0, 8, true, true, false, make_chachapoly},
    {"aes128-ctr", "CTR-BE(AES-128)", 16, 16, 16, false, true, false, make_stream},
    {"aes192-ctr", "CTR-BE(AES-192)", 24, 16, 16, false, true, false, make_stream},
    {"aes256-ctr", "CTR-BE(AES-256)", 32, 16, 16, false, true, false, make_stream},
});

auto ciphers_for_this_cpu() {
  auto table = ciphers;
  if (!has_aes_instructions()) {
    const auto chacha = std::ranges::find(table, "chacha20-poly1305@openssh.com", &CipherInfo::name);
    std::rotate(table.begin(), chacha, chacha + 1);
  }
  return table;
}

}  // namespace

std::span<const CipherInfo> cipher_table() noexcept {
  static const auto table = ciphers_for_this_cpu();
  return table;
}

const CipherInfo* find_cipher(std::string_view name) noexcept {
  const auto table = cipher_table();
  const auto found = std::ranges::find(table, name, &CipherInfo::name);
  return found != table.end() ? &*found : nullptr;
}

bool has_aes_instructions() noexcept {
  // What counts is the code that Botan will run, so Botan is asked and not the CPU.
  static const bool has = [] {
    const std::string provider = Botan::BlockCipher::create_or_throw("AES-128")->provider();
    return provider != "base" && provider != "vperm";
  }();
  return has;
}

}  // namespace amiko::crypto
