// amiko - one SSH connection below authentication: versions, key exchanges, packets, timers
#pragma once

#include <amiko/base/error.hpp>
#include <amiko/base/log.hpp>
#include <amiko/base/time.hpp>
#include <amiko/keys/public_key.hpp>
#include <amiko/protocol/algorithms.hpp>
#include <amiko/protocol/kex_machine.hpp>
#include <amiko/protocol/moduli.hpp>
#include <amiko/protocol/packet_decoder.hpp>
#include <amiko/protocol/packet_gate.hpp>
#include <amiko/protocol/rekey_policy.hpp>
#include <amiko/protocol/role.hpp>
#include <amiko/protocol/version_exchange.hpp>
#include <amiko/support/mutex.hpp>
#include <amiko/support/queue.hpp>
#include <amiko/transport/outbound.hpp>
#include <amiko/transport/stream.hpp>
#include <amiko/transport/worker.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace amiko::transport {

struct LinkSettings {
  protocol::Role role = protocol::Role::client;
  std::string version{};  ///< our identification line
  std::string peer{};     ///< for messages: "example.org:22"
  protocol::AlgorithmSet algorithms{};
  unsigned min_rsa_bits = 1024;  ///< client: smaller RSA host keys are refused
  protocol::RekeyLimits rekey{};
  unsigned min_group_bits = 2048;  ///< of a group that the server of a group exchange chooses
  std::chrono::nanoseconds rekey_timeout =
      std::chrono::seconds(120);  ///< a later key exchange must end within this
  /// After the login: a packet that has begun must be complete within two of these.
  std::chrono::nanoseconds packet_timeout = std::chrono::seconds(60);
  std::chrono::nanoseconds keepalive_interval{0};  ///< 0: none
  unsigned keepalive_count = 3;                    ///< so many unanswered in a row end the connection
  Log log{};
};

/// What a Link needs to know beyond LinkSettings to be a server.
struct ServeSettings {
  protocol::AlgorithmSet algorithms = protocol::AlgorithmSet::defaults(protocol::Role::server);
  std::string version{};                       ///< our identification line; empty: LinkSettings'
  std::vector<PublicKey> host_keys{};          ///< what LinkHandler::on_sign() can sign with
  std::vector<std::string> user_algorithms{};  ///< for server-sig-algs; empty: the defaults
  std::shared_ptr<const std::vector<protocol::ModuliGroup>> moduli{};  ///< null: our own groups
  std::chrono::nanoseconds login_grace{0};  ///< authentication must be over by then; 0: no limit
  std::uint64_t login_bytes = 1024 * 1024;  ///< a client may send so many before it has logged in
};

/// What a Link hands to the layer above.
class LinkHandler {
 public:
  virtual ~LinkHandler() = default;
  /// Messages 80 to 127, after authentication.  On the worker, without a lock.  May throw Error: that ends
  /// the connection.
  virtual void on_packet(const protocol::Packet& packet) = 0;
  /// The first key exchange is done.  On the worker.
  virtual void on_ready() = 0;
  /// After each batch of packets, which is what was there to be read, up to half a megabyte.  On the worker.
  virtual void on_batch_end() = 0;
  /// A message that the peer has to answer is due (see Link::set_keepalive).  On the worker.
  virtual void on_keepalive_due() = 0;
  /// The connection has ended.  Once; on the thread that ended it, without a lock.
  virtual void on_failure() = 0;
  /// Server: a message 50 or 60 to 79, before authentication is over.  On the worker.
  virtual void on_auth_packet(ByteView payload);
  /// Server: Link::signature_ready() is waited for.  On the worker.
  virtual void on_sign(const protocol::KexMachine::Sign& request);
  /// Server: authentication is over.  On the worker.
  virtual void on_let_in() {}
  /// The worker's last act.  close() does not have to wait from here on.
  virtual void on_ended() {}
};

/// What is known once keys are agreed on; a copy.
struct LinkInfo {
  std::string local_version{};
  std::string remote_version{};
  Bytes session_id{};
  PublicKey host_key{};
  std::optional<protocol::Negotiated> negotiated{};
  std::string kex_note{};
  bool strict_kex = false;
  std::uint64_t exchanges = 0;  ///< completed key exchanges
  std::optional<std::vector<std::string>> server_sig_algs{};
  bool peer_has_ping = false;
};

/// Runs a connection on its own worker thread.  Public members may be called from any thread unless they say
/// otherwise.
class Link final : private StreamEvents {
 public:
  Link(std::unique_ptr<Stream> stream, LinkSettings settings, LinkHandler& handler);
  /// close() must have returned, or start() not been called.
  ~Link() override;

  /// The server's role, before start().
  void serve(ServeSettings settings);
  /// Starts the worker: version exchange and first key exchange.  Throws errc::resource_shortage.
  void start();
  /// Waits until the first key exchange is done; throws the connection's error, or errc::timed_out and leaves
  /// the connection as it is.
  void wait_ready(Deadline deadline);
  bool wait_ready_or_failed(Deadline deadline);

  /// Starts a key exchange and waits until it is done; false when the deadline passed.  Throws the
  /// connection's error.
  bool renegotiate(Deadline deadline);

  /// Authentication messages (SERVICE_ACCEPT, 50-79) arrive here; 8 wait at most.  Nothing when the deadline
  /// passed; throws the connection's error.
  std::optional<Bytes> receive_auth(Deadline deadline);
  /// Sends an authentication message.  `expects_success`: SUCCESS is a legal answer.  Throws the connection's
  /// error, or errc::timed_out.
  void send_auth(ByteView payload, bool expects_success, Deadline deadline);
  /// Server: the answer to on_sign().
  void signature_ready(Bytes signature);
  /// Server: the client is in.  SUCCESS goes out, after the end of a key exchange that may be under way.
  void accept_auth();
  /// Authentication is over.
  bool authenticated() const noexcept { return authenticated_; }

  Outbound& outbound() noexcept { return outbound_; }
  const Log& log() const noexcept { return settings_.log; }
  const std::string& peer() const noexcept { return settings_.peer; }
  LinkInfo info() const;
  bool ready() const;  ///< keys are agreed on and nothing has failed
  bool failed() const;
  /// The connection's first error.
  std::optional<Failure> failure() const;
  [[noreturn]] void throw_failure_or(errc otherwise) const;

  void set_keepalive(std::chrono::nanoseconds interval, unsigned count);
  /// The peer has answered a keepalive.  Worker only.
  void keepalive_answered() noexcept { unanswered_keepalives_ = 0; }
  void post(std::function<void()> work) { worker_.post(std::move(work)); }
  Worker& worker() noexcept { return worker_; }

  /// Ends the connection with `failure` as its error, telling the peer the reason.  The first caller wins.
  /// Does not wait.
  void fail(Failure failure);
  /// As fail() with errc::closed, then waits at most 250 ms until our last words are written, and for the
  /// worker to end.
  void close();

 private:
  void on_read(error_code error, std::size_t n) override;
  void on_writable(error_code error) override;

  void read_more();
  void process_input();
  void exchange_versions();
  void dispatch(const protocol::Packet& packet);
  void process(const protocol::Packet& packet);
  void process_transport(const protocol::Packet& packet);
  void process_auth(const protocol::Packet& packet);
  void process_service_request(ByteView payload);
  void check_login_limits(const protocol::Packet& packet);
  void let_in();
  void take_disconnect(ByteView payload);
  void take_ext_info(ByteView payload);
  void answer_ping(ByteView payload);
  void answer_unimplemented(std::uint32_t sequence);
  protocol::GateState gate_state() const;
  Phase phase() const noexcept;

  void start_kex();
  void run(protocol::KexMachine::Actions actions);
  void run(protocol::KexMachine::SendKexInit& action);
  void run(protocol::KexMachine::Send& action);
  void run(protocol::KexMachine::SendNewKeys& action);
  void run(protocol::KexMachine::ReceiveNewKeys& action);
  void run(protocol::KexMachine::Sign& action);
  void run(protocol::KexMachine::Done& action);
  void check_rekey();
  void check_rekey_budget();

  void arm_keepalive();
  void arm_login_timer();
  void watch_packet();
  void end_of_stream();
  void write_failed(error_code error);
  void last_words(const Failure& failure);
  void end_worker();

  LinkSettings settings_;
  ServeSettings serve_;
  LinkHandler& handler_;
  Worker worker_;  // outlives the stream, which lives on its io_context
  std::unique_ptr<Stream> stream_;
  Outbound outbound_;

  // Worker only.
  protocol::VersionExchange versions_;
  protocol::PacketDecoder decoder_;
  std::unique_ptr<crypto::Random> random_;
  std::unique_ptr<protocol::KexMachine> kex_;
  bool service_accepted_ = false;
  bool first_packet_ = false;  // the one after the first NEWKEYS
  bool delayed_decompression_ = false;
  std::uint64_t max_bytes_ = 0;  // what the cipher of the peer's packets may protect
  protocol::RekeyBudget rekey_budget_;
  bool rekey_wanted_ = false;  // asked for while an exchange was under way
  bool write_has_failed_ = false;
  unsigned unimplemented_ = 0;
  unsigned unanswered_keepalives_ = 0;
  unsigned login_exchanges_ = 0;   // server: KEXINITs before authentication is over
  std::uint64_t login_bytes_ = 0;  // received before that, under keys that are not used any more
  bool success_due_ = false;       // server: let_in() waits for the end of a key exchange
  bool packet_watched_ = false;    // packet_timer_ runs
  std::uint64_t packets_read_ = 0;
  Worker::Timer rekey_timer_, keepalive_timer_, close_timer_, login_timer_, packet_timer_;

  std::atomic<bool> authenticated_{false};
  std::atomic<bool> success_expected_{false};
  std::atomic<bool> in_kex_method_{false};  // a message of the key exchange method is being read
  std::atomic<Phase> phase_{Phase::version};
  support::BoundedQueue<Bytes> auth_mailbox_;

  mutable support::Mutex mutex_;
  mutable support::Condition changed_;
  LinkInfo info_;
  std::optional<Failure> failure_;
  bool started_ = false;
  enum class Ending { no, joining, joined } ending_ = Ending::no;
};

}  // namespace amiko::transport
