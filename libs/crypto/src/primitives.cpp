// amiko - which libraries the bulk ciphers' primitives come from
#include "primitives.hpp"

#include <array>

namespace amiko::crypto {
namespace {

// Measured per 32 KiB on one CPU with AVX2 and VAES: AES-128-GCM libgcrypt 1.10 6.5 us, libcrypto 3.0 8.2,
// Botan 3.7 12.1; ChaCha20 libcrypto 10.4, libgcrypt 10.4, Botan 16.6; Poly1305 libcrypto 5.3,
// libgcrypt 10.0, Botan 27.2.
constexpr auto aes_gcm = std::to_array<AesGcmMaker>({
#ifdef AMIKO_WITH_LIBGCRYPT
    {"libgcrypt", gcrypt_aes_gcm},
#endif
    {"Botan", botan_aes_gcm},
});

constexpr auto chacha20 = std::to_array<Chacha20Maker>({
#ifdef AMIKO_WITH_LIBCRYPTO
    {"libcrypto", libcrypto_chacha20},
#endif
    {"Botan", botan_chacha20},
});

constexpr auto poly1305 = std::to_array<Poly1305Maker>({
#ifdef AMIKO_WITH_LIBCRYPTO
    {"libcrypto", libcrypto_poly1305},
#endif
    {"Botan", botan_poly1305},
});

}  // namespace

std::span<const AesGcmMaker> aes_gcm_makers() noexcept {
  return aes_gcm;
}
std::span<const Chacha20Maker> chacha20_makers() noexcept {
  return chacha20;
}
std::span<const Poly1305Maker> poly1305_makers() noexcept {
  return poly1305;
}

}  // namespace amiko::crypto
