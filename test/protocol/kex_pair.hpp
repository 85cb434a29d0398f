// amiko - a client's and a server's KexMachine joined in memory, for tests
#pragma once

#include "common/fixed_random.hpp"

#include <amiko/base/error.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/protocol/kex_machine.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace amiko::test {

/// A key of a type, made once for all tests; `which` tells several apart.
inline const PrivateKey& host_key(const std::string& type, int which = 0, unsigned bits = 2048) {
  static std::map<std::pair<std::string, int>, PrivateKey> keys;
  PrivateKey& key = keys[{type, which}];
  if (!key) key = PrivateKey::generate(type, {.bits = bits});
  return key;
}

/// The type of key that a signature algorithm takes.
inline std::string key_type_of(const std::string& algorithm) {
  return algorithm.starts_with("rsa-") ? "ssh-rsa" : algorithm;
}

inline protocol::KexSettings settings(protocol::Role role, const std::string& key_type = "ssh-ed25519") {
  const bool client = role == protocol::Role::client;
  protocol::KexSettings settings;
  settings.role = role;
  settings.local_version = client ? "SSH-2.0-client" : "SSH-2.0-server with comment";
  settings.remote_version = client ? "SSH-2.0-server with comment" : "SSH-2.0-client";
  settings.algorithms = protocol::AlgorithmSet::defaults();
  if (!client) settings.host_keys = {host_key(key_type).public_key()};
  return settings;
}

/// A machine and what a driver keeps beside it.
struct Party {
  explicit Party(protocol::KexSettings settings, std::uint64_t seed = 1)
      : random(seed + (settings.role == protocol::Role::client ? 1000 : 2000)),
        machine(std::move(settings), random) {}

  FixedRandom random;
  protocol::KexMachine machine;
  std::vector<PrivateKey> signers{};
  std::deque<Bytes> out{};  ///< payloads on their way to the other side
  std::unique_ptr<crypto::PacketCipher> send{}, receive{};
  std::uint32_t received = 0;  ///< the next packet's sequence number
  int resets_sent = 0, resets_received = 0;
  int done = 0, done_first = 0;
  std::vector<Bytes> ext_infos{};
  std::string compression_out{}, compression_in{};

  void start() { carry_out(machine.start()); }

  void take(ByteView payload) { carry_out(machine.receive(payload, received++)); }

  void carry_out(protocol::KexMachine::Actions actions) {
    for (auto& action : actions)
      std::visit([this](auto& a) { carry_out_one(a); }, action);
  }

 private:
  using M = protocol::KexMachine;

  void carry_out_one(M::SendKexInit& a) { out.push_back(std::move(a.payload)); }
  void carry_out_one(M::Send& a) { out.push_back(std::move(a.payload)); }
  void carry_out_one(M::SendNewKeys& a) {
    out.push_back({21});
    send = std::move(a.cipher);
    compression_out = a.compression.name;
    resets_sent += a.reset_sequence;
    ext_infos.push_back(std::move(a.ext_info));
  }
  void carry_out_one(M::ReceiveNewKeys& a) {
    receive = std::move(a.cipher);
    compression_in = a.compression.name;
    resets_received += a.reset_sequence;
    if (a.reset_sequence) received = 0;
  }
  void carry_out_one(M::Sign& a) {
    for (const PrivateKey& key : signers)
      if (key.public_key() == a.key) return carry_out(machine.signature_ready(key.sign(a.algorithm, a.data)));
    BOOST_FAIL("a signature by a key that the server does not have");
  }
  void carry_out_one(M::Done& a) {
    ++done;
    done_first += a.first;
  }
};

/// Both ends.  `tamper` sees each message on its way and may change it.
struct Pair {
  Pair(protocol::KexSettings client_settings, protocol::KexSettings server_settings,
       std::vector<PrivateKey> keys, std::uint64_t seed = 1)
      : client(std::move(client_settings), seed), server(std::move(server_settings), seed) {
    server.signers = std::move(keys);
  }
  explicit Pair(const std::string& key_type = "ssh-ed25519", std::uint64_t seed = 1)
      : Pair(settings(protocol::Role::client), settings(protocol::Role::server, key_type),
             {host_key(key_type)}, seed) {}

  Party client, server;
  std::function<void(bool from_client, Bytes& message)> tamper{};
  std::vector<Bytes> transcript{};

  /// Carries messages to and fro until there are none.
  void pump() {
    while (!client.out.empty() || !server.out.empty()) {
      carry(client, server, true);
      carry(server, client, false);
    }
  }

  void run() {
    client.start();
    server.start();
    pump();
  }

 private:
  void carry(Party& from, Party& to, bool from_client) {
    if (from.out.empty()) return;
    Bytes message = std::move(from.out.front());
    from.out.pop_front();
    if (tamper) tamper(from_client, message);
    transcript.push_back(message);
    to.take(message);
  }
};

/// A packet with one block of payload, sealed on one side, opens to the same on the other.
inline bool same_keys(crypto::PacketCipher& seal, crypto::PacketCipher& open) {
  const std::size_t padded = 4 * seal.block_size();
  const std::size_t length = padded - (seal.length_is_padded() ? 4 : 0);
  Bytes packet(4 + length + seal.tag_size());
  for (std::size_t i = 0; i < packet.size(); ++i)
    packet[i] = static_cast<std::uint8_t>(i);
  packet[0] = packet[1] = packet[2] = 0;
  packet[3] = static_cast<std::uint8_t>(length);
  const Bytes plain(packet.begin() + 4, packet.begin() + static_cast<std::ptrdiff_t>(4 + length));
  seal.seal(7, packet);
  if (ByteView(packet).slice(4, length) == ByteView(plain)) return false;
  if (open.open_length(7, MutableBytes(packet).first(open.header_size())) != length) return false;
  return open.open(7, packet) && ByteView(packet).slice(4, length) == ByteView(plain);
}

inline bool same_keys(Pair& pair) {
  return same_keys(*pair.client.send, *pair.server.receive) &&
         same_keys(*pair.server.send, *pair.client.receive);
}

/// For BOOST_CHECK_EXCEPTION.
inline auto with_code(errc code) {
  return [code](const Error& e) { return e.code() == code; };
}

/// The same, and the text says `part`.
inline auto with_text(errc code, std::string part) {
  return [code, part = std::move(part)](const Error& e) {
    const bool found = std::string(e.what()).find(part) != std::string::npos;
    if (!found) BOOST_TEST_MESSAGE(e.what());
    return e.code() == code && found;
  };
}

}  // namespace amiko::test
