// amiko - one end of a connection, of the library's own parts, that does what a test tells it
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/error.hpp>
#include <amiko/protocol/algorithms.hpp>
#include <amiko/protocol/kex_machine.hpp>
#include <amiko/protocol/packet_decoder.hpp>
#include <amiko/protocol/packet_encoder.hpp>
#include <amiko/support/fd.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/deadline.hpp"

namespace amiko::test {

/// The other end has closed the connection, or said DISCONNECT.  The usual end of a script.
class PeerGone : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// stop_after()'s number of bytes is out.
class CutShort : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How long the other end may be silent where it has to speak.
inline constexpr milliseconds patience(20'000);

/// What a scripted client and a scripted server have in common: packets, key exchanges, and no scruples.
/// Every read is bounded by `patience` (stretched); what is wrong throws std::runtime_error or the
/// library's own Error.
class ScriptedEnd {
 public:
  ScriptedEnd(support::UniqueFd socket, protocol::Role role, std::string version);
  ScriptedEnd(const ScriptedEnd&) = delete;
  ScriptedEnd& operator=(const ScriptedEnd&) = delete;
  virtual ~ScriptedEnd();

  void exchange_versions();
  void first_kex();

  // --- messages
  /// After our KEXINIT other messages than its own wait for the end of the exchange, as they must.
  void send(ByteView payload);
  /// Does not wait, for breaking that rule.
  void send_now(ByteView payload);
  template <class Message>
  requires requires(Message m) { Message::number; }
  void send(const Message& message) { send(ByteView(wire::encoded(message))); }
  void send_number(std::uint8_t number) { send(ByteView(&number, 1)); }
  /// Several in one segment.
  void send_together(const std::vector<Bytes>& payloads);
  void send_raw(ByteView bytes);
  /// From now on what is sent leaves in writes of so many bytes; 0: in one.
  void write_by(std::size_t chunk) noexcept { chunk_ = chunk; }
  /// So many bytes may still be sent, then CutShort is thrown.
  void stop_after(std::uint64_t bytes) noexcept { allowance_ = bytes; }
  /// Bytes sent so far.
  std::uint64_t bytes_sent() const noexcept { return bytes_sent_; }
  /// The next message but those of key exchanges (done behind the scenes), IGNORE, DEBUG and EXT_INFO. Throws
  /// PeerGone.
  Bytes next();
  /// The same, with nothing left out but key exchanges; DISCONNECT too.
  Bytes next_any();
  /// The next message, which must be this.  Views are good until the next call.
  template <class Message>
  Message expect() {
    last_ = next();
    return wire::decode<Message>(last_);
  }
  /// Reads on to the end; the DISCONNECT on the way, if there was one.
  std::optional<DisconnectDetail> read_to_end();
  /// The same without understanding a word.
  void drain();
  const std::optional<DisconnectDetail>& disconnect() const noexcept { return disconnect_; }

  // --- key exchange
  void rekey();                                   ///< started here; returns when done
  void start_kex();                               ///< KEXINIT only; what the other end answers waits
  void hold_kex(bool hold) { hold_kex_ = hold; }  ///< leave the other end's KEXINIT unanswered
  void finish_kex();
  /// Reads up to the other end's KEXINIT, and holds it.
  void wait_for_kexinit();
  /// The other end has sent messages of an exchange that is held.
  bool kex_answered() const noexcept { return !kex_inbox_.empty(); }
  std::uint64_t exchanges() const noexcept { return exchanges_; }
  /// Sees, and may change, every message that a key exchange sends.
  std::function<void(Bytes&)> tamper_kex{};
  protocol::PacketEncoder& encoder() noexcept { return encoder_; }
  protocol::KexMachine& machine() const noexcept { return *kex_; }
  const std::string& remote_version() const noexcept { return remote_version_; }

  // --- the socket
  int fd() const noexcept { return socket_.get(); }
  void shut_down() noexcept;
  void close_socket() { socket_.reset(); }

 protected:
  [[noreturn]] void fail(const std::string& text) const;

  /// What the first key exchange offers; role and versions are filled in.
  virtual protocol::KexSettings kex_settings() const = 0;
  virtual Bytes sign(const protocol::KexMachine::Sign& request);
  virtual bool sends_ext_info() const { return true; }

  Bytes read_packet();
  void fill();
  /// Whether next() has something without reading.
  bool take_buffered();
  /// SUCCESS has passed: what was put off until then begins.
  void login_done();
  bool authenticated() const noexcept { return authenticated_; }
  bool kex_held() const noexcept { return hold_kex_; }
  std::uint64_t packets() const noexcept;  ///< since the latest keys, in the direction that had more

 private:
  void write(ByteView bytes);
  void take_kex(ByteView payload);
  void carry_out(protocol::KexMachine::Actions actions);
  void carry_out_one(protocol::KexMachine::SendKexInit& a);
  void carry_out_one(protocol::KexMachine::Send& a);
  void carry_out_one(protocol::KexMachine::SendNewKeys& a);
  void carry_out_one(protocol::KexMachine::ReceiveNewKeys& a);
  void carry_out_one(protocol::KexMachine::Sign& a);
  void carry_out_one(protocol::KexMachine::Done& a);
  void take_disconnect(ByteView payload);

  support::UniqueFd socket_;
  const protocol::Role role_;
  const std::string version_;
  std::unique_ptr<crypto::Random> random_;
  protocol::PacketEncoder encoder_;
  protocol::PacketDecoder decoder_;
  std::unique_ptr<protocol::KexMachine> kex_;
  std::string remote_version_;
  std::size_t chunk_ = 0;
  std::optional<std::uint64_t> allowance_;
  std::uint64_t bytes_sent_ = 0;
  std::uint32_t sequence_ = 0;
  std::uint64_t exchanges_ = 0;
  bool hold_kex_ = false;
  bool gate_closed_ = false;
  std::vector<Bytes> deferred_;
  bool authenticated_ = false;
  bool delayed_out_ = false, delayed_in_ = false;
  std::deque<Bytes> inbox_;
  std::deque<std::pair<Bytes, std::uint32_t>> kex_inbox_;
  Bytes last_;
  std::optional<DisconnectDetail> disconnect_;
};

/// The algorithms of a scripted end: quick ones, because tests are many.
struct ScriptedAlgorithms {
  std::string kex = "curve25519-sha256", ciphers = "aes128-gcm@openssh.com,aes128-ctr",
              macs = "hmac-sha2-256";
  bool compression = false;  ///< zlib@openssh.com first
  bool strict = true;
};

/// The part of KexSettings that these are.
protocol::KexSettings settings_of(const ScriptedAlgorithms& algorithms);

}  // namespace amiko::test
