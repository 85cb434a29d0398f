// amiko - X25519 with the checks of RFC 8731 section 3
#include "x25519_key.hpp"

#include "botan_random.hpp"
#include "shared_secret.hpp"

#include <botan/exceptn.h>

namespace amiko::crypto {
namespace {

Botan::X25519_PrivateKey generate(Random& random) {
  BotanRandom generator(random);
  return Botan::X25519_PrivateKey(generator);
}

}  // namespace

X25519Key::X25519Key(Random& random) : key_(generate(random)) {}

Botan::secure_vector<std::uint8_t> X25519Key::agree(ByteView peer) const {
  if (peer.size() != public_size)
    throw_bad_value("an X25519 value of " + std::to_string(peer.size()) + " bytes");
  auto secret = key_.agree(peer.data(), peer.size());
  std::uint8_t any = 0;
  for (const std::uint8_t byte : secret)
    any = static_cast<std::uint8_t>(any | byte);
  if (any == 0) throw_bad_value("an X25519 value of low order");
  return secret;
}

}  // namespace amiko::crypto
