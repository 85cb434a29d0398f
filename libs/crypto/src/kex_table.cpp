// amiko - the key exchange methods in the order of preference
#include <amiko/crypto/kex_table.hpp>

#include "agreements.hpp"

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

template <int number>
std::unique_ptr<KeyAgreement> make_group() {
  return make_dh(dh_group(number));
}

template <MakeCurveKey make_key>
std::unique_ptr<KeyAgreement> make_curve() {
  return make_curve_agreement(make_key);
}

std::unique_ptr<KeyAgreement> make_mlkem768_x25519() {
  return make_hybrid({mlkem768, make_x25519_key, 32, "SHA-256"});
}

std::unique_ptr<KeyAgreement> make_mlkem768_nistp256() {
  return make_hybrid({mlkem768, make_nistp256_key, 65, "SHA-256"});
}

std::unique_ptr<KeyAgreement> make_mlkem1024_nistp384() {
  return make_hybrid({mlkem1024, make_nistp384_key, 97, "SHA-384"});
}

std::unique_ptr<KeyAgreement> make_sntrup761_x25519() {
  return make_hybrid({sntrup761, make_x25519_key, 32, "SHA-512"});
}

using enum KexShape;

// The names of "ssh.com" are Tectia's.
constexpr auto methods = std::to_array<KexInfo>({
    // name, shape, Botan's hash, maker, by default, legacy, bits of an RSA key
    {"mlkem768x25519-sha256", ecdh, "SHA-256", make_mlkem768_x25519, true, false},
    {"sntrup761x25519-sha512", ecdh, "SHA-512", make_sntrup761_x25519, true, false},
    {"sntrup761x25519-sha512@openssh.com", ecdh, "SHA-512", make_sntrup761_x25519, true, false},
    {"mlkem1024nistp384-sha384", ecdh, "SHA-384", make_mlkem1024_nistp384, true, false, 0, false},
    {"mlkem768nistp256-sha256", ecdh, "SHA-256", make_mlkem768_nistp256, true, false, 0, false},
    {"curve25519-sha256", ecdh, "SHA-256", make_curve<make_x25519_key>, true, false},
    {"curve25519-sha256@libssh.org", ecdh, "SHA-256", make_curve<make_x25519_key>, true, false},
    {"curve448-sha512", ecdh, "SHA-512", make_curve<make_x448_key>, true, false},
    {"ecdh-sha2-nistp256", ecdh, "SHA-256", make_curve<make_nistp256_key>, true, false, 0, false},
    {"ecdh-sha2-nistp384", ecdh, "SHA-384", make_curve<make_nistp384_key>, true, false, 0, false},
    {"ecdh-sha2-nistp521", ecdh, "SHA-512", make_curve<make_nistp521_key>, true, false, 0, false},
    {"diffie-hellman-group-exchange-sha256", gex, "SHA-256", nullptr, true, false},
    {"diffie-hellman-group16-sha512", dh, "SHA-512", make_group<16>, true, false},
    {"diffie-hellman-group18-sha512", dh, "SHA-512", make_group<18>, true, false},
    {"diffie-hellman-group14-sha256", dh, "SHA-256", make_group<14>, true, false},
    {"diffie-hellman-group15-sha512", dh, "SHA-512", make_group<15>, false, false},
    {"diffie-hellman-group17-sha512", dh, "SHA-512", make_group<17>, false, false},
    {"ecdh-sha2-1.3.132.0.10", ecdh, "SHA-256", make_curve<make_secp256k1_key>, false, false},
    {"diffie-hellman-group14-sha256@ssh.com", dh, "SHA-256", make_group<14>, false, false},
    {"diffie-hellman-group14-sha224@ssh.com", dh, "SHA-224", make_group<14>, false, false},
    {"diffie-hellman-group15-sha256@ssh.com", dh, "SHA-256", make_group<15>, false, false},
    {"diffie-hellman-group15-sha384@ssh.com", dh, "SHA-384", make_group<15>, false, false},
    {"diffie-hellman-group16-sha384@ssh.com", dh, "SHA-384", make_group<16>, false, false},
    {"diffie-hellman-group16-sha512@ssh.com", dh, "SHA-512", make_group<16>, false, false},
    {"diffie-hellman-group18-sha512@ssh.com", dh, "SHA-512", make_group<18>, false, false},
    {"diffie-hellman-group-exchange-sha224@ssh.com", gex, "SHA-224", nullptr, false, false},
    {"diffie-hellman-group-exchange-sha384@ssh.com", gex, "SHA-384", nullptr, false, false},
    {"diffie-hellman-group-exchange-sha512@ssh.com", gex, "SHA-512", nullptr, false, false},
    {"rsa2048-sha256", rsa, "SHA-256", nullptr, false, false, 2048},
    {"diffie-hellman-group-exchange-sha1", gex, "SHA-1", nullptr, false, true},
    {"diffie-hellman-group14-sha1", dh, "SHA-1", make_group<14>, false, true},
    {"diffie-hellman-group1-sha1", dh, "SHA-1", make_group<1>, false, true},
    {"rsa1024-sha1", rsa, "SHA-1", nullptr, false, true, 1024},
});

}  // namespace

std::span<const KexInfo> kex_table() noexcept {
  return methods;
}

const KexInfo* find_kex(std::string_view name) noexcept {
  const auto found = std::ranges::find(methods, name, &KexInfo::name);
  return found != methods.end() ? &*found : nullptr;
}

}  // namespace amiko::crypto
