// amiko - the key exchange methods in the order of preference
#include <amiko/crypto/kex_table.hpp>

#include "agreements.hpp"

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

template <int number>
std::unique_ptr<KeyAgreement> make_dh_group() {
  return make_dh(dh_group(number));
}

std::unique_ptr<KeyAgreement> make_nistp256() {
  return make_ecdh("secp256r1");
}

std::unique_ptr<KeyAgreement> make_nistp384() {
  return make_ecdh("secp384r1");
}

std::unique_ptr<KeyAgreement> make_nistp521() {
  return make_ecdh("secp521r1");
}

constexpr auto methods = std::to_array<KexInfo>({
    // name, shape, Botan's hash, maker, by default, legacy
    {"mlkem768x25519-sha256", KexShape::ecdh, "SHA-256", make_mlkem768_x25519, true, false},
    {"curve25519-sha256", KexShape::ecdh, "SHA-256", make_x25519, true, false},
    {"curve25519-sha256@libssh.org", KexShape::ecdh, "SHA-256", make_x25519, true, false},
    {"ecdh-sha2-nistp256", KexShape::ecdh, "SHA-256", make_nistp256, true, false},
    {"ecdh-sha2-nistp384", KexShape::ecdh, "SHA-384", make_nistp384, true, false},
    {"ecdh-sha2-nistp521", KexShape::ecdh, "SHA-512", make_nistp521, true, false},
    {"diffie-hellman-group-exchange-sha256", KexShape::gex, "SHA-256", nullptr, true, false},
    {"diffie-hellman-group16-sha512", KexShape::dh, "SHA-512", make_dh_group<16>, true, false},
    {"diffie-hellman-group18-sha512", KexShape::dh, "SHA-512", make_dh_group<18>, true, false},
    {"diffie-hellman-group14-sha256", KexShape::dh, "SHA-256", make_dh_group<14>, true, false},
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
