// amiko - from K and H to the ciphers of both directions
#include "kex_keys.hpp"

#include <amiko/base/secret.hpp>
#include <amiko/crypto/hash.hpp>

#include <utility>

namespace amiko::protocol {
namespace {

struct KeySource {
  std::string_view hash;
  ByteView secret;
  ByteView h;
  ByteView session_id;
};

/// A derived key, wiped at the end of its scope without having been copied.
class DerivedKey {
 public:
  DerivedKey(const KeySource& from, char letter, std::size_t size)
      : key_(crypto::derive_key(from.hash, from.secret, from.h, letter, from.session_id, size)) {}
  DerivedKey(const DerivedKey&) = delete;
  DerivedKey& operator=(const DerivedKey&) = delete;
  ~DerivedKey() { wipe(key_.data(), key_.size()); }

  ByteView view() const noexcept { return key_; }

 private:
  Bytes key_;
};

struct Letters {
  char iv, key, mac;
};

std::unique_ptr<crypto::PacketCipher> make_cipher(const DirectionAlgorithms& algorithms,
                                                  const KeySource& from, Letters letters,
                                                  crypto::Direction direction) {
  const crypto::MacInfo* mac = algorithms.mac ? &*algorithms.mac : nullptr;
  const DerivedKey iv(from, letters.iv, algorithms.cipher.iv_size);
  const DerivedKey key(from, letters.key, algorithms.cipher.key_size);
  const DerivedKey mac_key(from, letters.mac, mac != nullptr ? mac->key_size : 0);
  return algorithms.cipher.make(algorithms.cipher, mac, {key.view(), iv.view(), mac_key.view()}, direction);
}

}  // namespace

CipherPair derive_ciphers(Role role, const Negotiated& negotiated, ByteView secret, ByteView h,
                          ByteView session_id) {
  const KeySource from{negotiated.kex.hash, secret, h, session_id};
  const auto own = [role](Role sender) {
    return sender == role ? crypto::Direction::seal : crypto::Direction::open;
  };
  auto client = make_cipher(negotiated.client_to_server, from, {'A', 'C', 'E'}, own(Role::client));
  auto server = make_cipher(negotiated.server_to_client, from, {'B', 'D', 'F'}, own(Role::server));
  if (role == Role::client) return {std::move(client), std::move(server)};
  return {std::move(server), std::move(client)};
}

}  // namespace amiko::protocol
