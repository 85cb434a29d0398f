// amiko - the fixed Diffie-Hellman groups
#include <amiko/crypto/key_agreement.hpp>

#include <amiko/base/error.hpp>

#include <botan/bigint.h>
#include <botan/dl_group.h>

#include <string>

namespace amiko::crypto {
namespace {

template <int modulus_bits>
const DhGroup& modp_group() {
  static const DhGroup group = [] {
    const auto known = Botan::DL_Group::from_name("modp/ietf/" + std::to_string(modulus_bits));
    return DhGroup{known.get_p().serialize<Bytes>(), known.get_g().serialize<Bytes>()};
  }();
  return group;
}

}  // namespace

const DhGroup& dh_group(int number) {
  switch (number) {
    // RFC 2409's "second Oakley group"; SSH calls it group 1.
    case 1:
      return modp_group<1024>();
    case 14:
      return modp_group<2048>();
    case 15:
      return modp_group<3072>();
    case 16:
      return modp_group<4096>();
    case 17:
      return modp_group<6144>();
    case 18:
      return modp_group<8192>();
    default:
      throw_error(errc::unsupported, "Diffie-Hellman group " + std::to_string(number));
  }
}

}  // namespace amiko::crypto
