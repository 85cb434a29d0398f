// amiko - a client without a thread, of the library's parts: thousands of them cost a measurement little
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/protocol/auth_client.hpp>
#include <amiko/protocol/kex_machine.hpp>
#include <amiko/protocol/packet_decoder.hpp>
#include <amiko/protocol/packet_encoder.hpp>
#include <amiko/support/fd.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace amiko::bench {

/// What clients of one measurement have in common.
struct LightSettings {
  std::uint16_t port = 0;  ///< on 127.0.0.1
  std::string user{};
  PrivateKey key{};
  protocol::AlgorithmSet algorithms = protocol::AlgorithmSet::defaults();
  std::string command{};  ///< run once logged in, where the goal is `running` or `ended`
  /// As ssh does it: asks for the methods and whether the key would do before it signs.
  bool probes = false;
};

/// One connection.  Does by itself what leads to `goal`, driven by on_ready(); the host key is not checked.
/// Errors are thrown, by the constructor and on_ready() only.  For one thread.
class LightClient {
 public:
  enum class Stage {
    connecting,  ///< a goal too: connects and then says nothing at all
    version,
    kex,
    /// The server has done its part of a key exchange for which this one has computed nothing: what an attack
    /// would do.  A goal only; there is no way on from here.
    answered,
    keyed,  ///< NEWKEYS has passed both ways
    authenticated,
    running,  ///< the command has been started
    ended,    ///< it has ended with status 0
  };

  /// Begins to connect.  `settings` must outlive it.
  LightClient(const LightSettings& settings, Stage goal);

  int fd() const noexcept { return socket_.get(); }
  Stage stage() const noexcept { return stage_; }
  bool connected() const noexcept { return connected_; }
  bool wants_write() const noexcept { return !connected_ || !out_.empty(); }
  /// The goal is reached.
  bool done() const noexcept { return stage_ >= goal_ && connected_; }

  /// The socket can be read from or written to.
  void on_ready();
  /// Channel data, while it runs.
  void send(ByteView data);
  /// Called with the data that comes back.
  std::function<void(ByteView)> on_data{};
  /// Drives this one alone until done(); at most 60 seconds.
  void run();

 private:
  void start();
  void read_all();
  void flush();
  void take_version();
  void send_empty_handshake();
  void dispatch(const protocol::Packet& packet);
  void carry_out(protocol::KexMachine::Actions actions);
  void packet(ByteView payload);
  void on_keys();
  void on_auth(ByteView payload);
  void send_signed();
  void on_channel(const protocol::Packet& packet);
  void on_channel_request(ByteView payload);

  const LightSettings& settings_;
  const Stage goal_;
  support::UniqueFd socket_;
  bool connected_ = false;
  Stage stage_ = Stage::connecting;
  protocol::PacketEncoder encoder_;
  protocol::PacketDecoder decoder_;
  std::optional<protocol::KexMachine> kex_;
  protocol::AuthClient auth_;
  Bytes out_;
  std::uint32_t channel_ = 0;
  std::uint64_t unacknowledged_ = 0;  ///< data since the last WINDOW_ADJUST
  bool probed_ = false;
  bool succeeded_ = false;  ///< exit status 0 has come
};

}  // namespace amiko::bench
