// amiko - first key exchange and re-keying as a machine without I/O
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/crypto/packet_cipher.hpp>
#include <amiko/crypto/random.hpp>
#include <amiko/keys/public_key.hpp>
#include <amiko/protocol/algorithms.hpp>
#include <amiko/protocol/moduli.hpp>
#include <amiko/protocol/negotiation.hpp>
#include <amiko/protocol/role.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace amiko::protocol {

struct KexOutcome;
struct KexParameters;

struct KexSettings {
  Role role = Role::client;
  std::string local_version{};  ///< identification lines without CR LF
  std::string remote_version{};
  AlgorithmSet algorithms{};
  /// Server: what it can sign with; KEXINIT lists only algorithms that one of them has.
  std::vector<PublicKey> host_keys{};
  /// Server: what clients may sign with, for server-sig-algs (RFC 8308); empty: the table's defaults.
  std::vector<std::string> server_sig_algs{};
  unsigned gex_min = 2048, gex_preferred = 3072, gex_max = 8192;  ///< bits; a server uses minimum and maximum
  /// Server: groups for group exchange, of moduli(5); without one that fits, or null: the built-in ones.
  std::shared_ptr<const std::vector<ModuliGroup>> gex_moduli{};
  bool strict = true;            ///< offer strict key exchange
  unsigned min_rsa_bits = 1024;  ///< client: smaller RSA host keys are refused
};

/// Runs key exchanges: the first, and every later one that either side starts.  Client and server.  Packets
/// go in, actions come out, to be carried out in order and at once.  Errors are thrown: NegotiationError,
/// ProtocolError (errc::kex_failed, protocol_error, malformed_packet), HostKeyError
/// (errc::bad_host_signature; errc::host_key_changed when a later exchange shows another host key than the
/// first).  After an error the machine is dead: every further call throws errc::protocol_error.  We never
/// send a guess.  Not synchronised.
class KexMachine {
 public:
  /// Our KEXINIT: after it nothing but key exchange messages may be sent until SendNewKeys.
  struct SendKexInit {
    Bytes payload{};
  };
  struct Send {
    Bytes payload{};
  };
  /// Send NEWKEYS under the old keys, then switch; then send `ext_info` first if it is not empty; then
  /// everything else may flow.
  struct SendNewKeys {
    std::unique_ptr<crypto::PacketCipher> cipher{};
    crypto::CompressionInfo compression{};
    bool reset_sequence = false;
    std::uint64_t max_bytes = 0;  ///< what the cipher may protect (CipherInfo)
    Bytes ext_info{};
  };
  /// The peer's NEWKEYS has come: switch before the next packet is read.
  struct ReceiveNewKeys {
    std::unique_ptr<crypto::PacketCipher> cipher{};
    crypto::CompressionInfo compression{};
    bool reset_sequence = false;
    std::uint64_t max_bytes = 0;  ///< what the cipher may protect (CipherInfo)
  };
  /// Server: sign `data` with the host key `key`, then call signature_ready().
  struct Sign {
    PublicKey key{};
    std::string algorithm{};
    Bytes data{};
  };
  /// Both directions use the new keys.
  struct Done {
    bool first = false;
  };
  using Action = std::variant<SendKexInit, Send, SendNewKeys, ReceiveNewKeys, Sign, Done>;
  using Actions = std::vector<Action>;

  /// `random` must outlive the machine.  Throws ConfigError (errc::bad_config): no algorithm of one kind, a
  /// server without a host key that fits, GEX sizes that contradict each other or go below 1024 bits.
  KexMachine(KexSettings settings, crypto::Random& random);
  ~KexMachine();

  /// Starts an exchange; empty when one is under way already.
  Actions start();
  /// A packet with number 20 to 49.  `sequence` is its sequence number.
  Actions receive(ByteView payload, std::uint32_t sequence);
  Actions signature_ready(ByteView signature);

  /// No exchange is under way.
  bool idle() const noexcept;
  /// Our KEXINIT is out and theirs has not come.
  bool waiting_for_kexinit() const noexcept;
  /// Our NEWKEYS is out and theirs must come next; otherwise an exchange under way waits for KEXINIT or the
  /// method's messages.
  bool waiting_for_newkeys() const noexcept;
  /// At least one exchange is complete.
  bool established() const noexcept { return established_; }
  /// Strict key exchange was agreed on.
  bool strict() const noexcept { return strict_; }
  /// The peer's first KEXINIT said that it takes EXT_INFO.
  bool peer_wants_ext_info() const noexcept { return peer_wants_ext_info_; }
  /// H of the first exchange; empty until its SendNewKeys.
  const Bytes& session_id() const noexcept { return session_id_; }
  /// Of the latest exchange, from the peer's KEXINIT on.
  const std::optional<Negotiated>& negotiated() const noexcept { return negotiated_; }
  /// Client: the server's.  Server: the one that signed.
  const PublicKey& host_key() const noexcept { return host_key_; }
  /// The exchange's group or message sizes for -v lines, like "diffie-hellman-group-exchange-sha256, 3072
  /// bits"; may be empty.
  const std::string& note() const noexcept { return note_; }

 private:
  enum class State {
    idle,
    init_sent,  ///< our KEXINIT is out
    method,     ///< both KEXINITs have passed
    signing,    ///< server: waits for signature_ready()
    newkeys,    ///< our NEWKEYS is out
    dead,
  };
  struct Exchange;

  /// The state that a call begins in.  Until the call sets another the machine is dead, so that an exception
  /// leaves it so.
  State enter();
  void check_settings() const;
  const PublicKey* key_for(const std::string& algorithm) const;
  wire::KexInit our_kexinit() const;
  SendKexInit begin_exchange();
  Actions receive_kexinit(State state, ByteView payload, std::uint32_t sequence);
  KexParameters method_parameters() const;
  void note_markers(const wire::KexInit& theirs, std::uint32_t sequence);
  Actions receive_method(State state, ByteView payload);
  Actions receive_newkeys(State state, ByteView payload);
  Bytes hash_of(const KexOutcome& outcome, ByteView host_key) const;
  void verify_server(const KexOutcome& outcome, ByteView h);
  Sign ask_for_signature(KexOutcome outcome);
  SendNewKeys switch_keys(ByteView secret, const Bytes& h);

  KexSettings settings_;
  crypto::Random& random_;
  State state_ = State::idle;
  std::unique_ptr<Exchange> exchange_;  ///< the one under way
  bool established_ = false;
  bool strict_ = false;
  bool peer_wants_ext_info_ = false;
  Bytes session_id_;
  std::optional<Negotiated> negotiated_;
  PublicKey host_key_;
  std::string note_;
};

}  // namespace amiko::protocol
