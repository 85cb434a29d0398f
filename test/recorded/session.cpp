// amiko - the sessions that are recorded: what amiko is told to do in each
#include "recorded/session.hpp"

#include <amiko/base/error.hpp>
#include <amiko/connection/event.hpp>
#include <amiko/connection/transport.hpp>
#include <amiko/keys/private_key.hpp>

#include <boost/thread/future.hpp>

#include <optional>
#include <stdexcept>

#include "common/calls.hpp"
#include "common/deadline.hpp"

namespace amiko::test {

namespace {

constexpr milliseconds limit(60'000);

TransportOptions options_of(const Session& session) {
  TransportOptions options;
  options.algorithms.kex = session.kex;
  options.algorithms.host_keys = session.host_key;
  options.algorithms.ciphers = session.cipher;
  options.algorithms.macs = session.mac;
  options.algorithms.compression = session.compression;
  // Another version of the library makes the same bytes.
  options.client_version = options.server.version = "SSH-2.0-amiko_recorded";
  options.server.failure_delay = std::chrono::milliseconds(0);
  options.min_group_bits = 1024;
  return options;
}

std::string read_all(Channel& channel) {
  std::string all;
  for (std::string piece; !(piece = channel.recv(1000)).empty();)
    all += piece;
  return all;
}

void play_client(const Session& session, const Recording& facts, int socket) {
  Transport transport(socket, options_of(session));
  transport.start_client(scaled(limit));
  transport.set_auth_timeout(scaled(limit));
  const AuthResult login = session.password
                               ? transport.auth_password(facts.user, Secret(facts.password))
                               : transport.auth_publickey(facts.user, PrivateKey::parse(ByteView(facts.key)));
  must(static_cast<bool>(login), "the login");
  Channel channel = transport.open_session(scaled(limit));
  channel.settimeout(scaled(limit));
  channel.exec_command(recorded_command);
  channel.sendall(ByteView("one\n"));
  std::string first;
  while (first.size() < 4)
    first += channel.recv(4 - first.size());
  must(first == "one\n", "what cat gave back");
  if (session.rekey == Session::Rekey::ours) must(transport.renegotiate_keys(scaled(limit)), "new keys");
  channel.sendall(ByteView(recorded_input));
  channel.send_eof();
  must(read_all(channel) == recorded_input, "the rest");
  must(channel.recv_stderr(100) == "problems\n", "standard error");
  must(channel.recv_exit_status().code == 7, "the exit status");
  // The server's CLOSE is answered, so that DISCONNECT comes behind that.
  must(eventually([&] { return transport.statistics().channels_open == 0; }, limit), "the channel's end");
  transport.close();
}

/// Lets in who ought to be let in and serves one command on the connection's own thread, so that all that
/// goes out has one order.
class RecordedServer : public ServerHandler {
 public:
  RecordedServer(const Session& session, const Recording& facts, Transport& transport)
      : session_(session), facts_(facts), transport_(transport) {}

  std::vector<std::string> get_allowed_auths(std::string_view) override {
    return {session_.password ? "password" : "publickey"};
  }
  Decision check_auth_password(std::string_view user, const Secret& password) override {
    return user == facts_.user && password == Secret(facts_.password) ? Decision::accept : Decision::reject;
  }
  Decision check_auth_publickey(std::string_view user, const PublicKey&) override {
    return user == facts_.user ? Decision::accept : Decision::reject;
  }
  bool check_channel_open(std::string_view kind) override { return kind == "session"; }
  bool take_channel(Channel& channel) override {
    channel_ = std::move(channel);
    return true;
  }
  bool check_exec_request(Channel&, std::string_view command) override { return command == recorded_command; }
  void session_started(Channel& channel, const SessionStart&) override {
    channel.settimeout(scaled(limit));
    channel.sendall(ByteView("one\n"));
    new_keys();
    const std::string input = read_all(channel);
    channel.sendall(ByteView(input));
    channel.sendall_stderr(ByteView("problems\n"));
    channel.send_exit_status(7);
    channel.close();
    good_ = input == recorded_input;
  }
  void connection_lost(const Failure& failure) override {
    if (good_)
      over_.set_value();
    else
      over_.set_exception(boost::copy_exception(std::runtime_error("lost: " + failure.message())));
  }
  boost::future<void> over() { return over_.get_future(); }

 private:
  void new_keys() {
    if (session_.rekey == Session::Rekey::ours) must(transport_.renegotiate_keys(scaled(limit)), "new keys");
    if (session_.rekey == Session::Rekey::theirs)
      must(eventually([this] { return transport_.key_exchanges() >= 2; }, limit), "the client's new keys");
  }

  const Session& session_;
  const Recording& facts_;
  Transport& transport_;
  Channel channel_;
  bool good_ = false;
  boost::promise<void> over_;
};

void play_server(const Session& session, const Recording& facts, int socket) {
  Transport transport(socket, options_of(session));
  transport.add_server_key(PrivateKey::parse(ByteView(facts.key)));
  RecordedServer handler(session, facts, transport);
  auto over = handler.over();
  transport.start_server(handler, Event());  // without waiting: a replay may be over before we look
  over.get();
  transport.close();
}

std::vector<Session> make_sessions() {
  using Rekey = Session::Rekey;
  const char* const chacha = "chacha20-poly1305@openssh.com";
  return {
      // Amiko is the client.
      {.name = "sshd-curve25519-chacha", .peer = "sshd", .cipher = chacha, .rekey = Rekey::ours},
      {.name = "sshd-sntrup761-gcm",
       .peer = "sshd",
       .kex = "sntrup761x25519-sha512@openssh.com",
       .host_key = "rsa-sha2-512",
       .cipher = "aes256-gcm@openssh.com",
       .key_type = "rsa"},
      {.name = "openssh10-mlkem768-etm",
       .peer = "openssh10",
       .kex = "mlkem768x25519-sha256",
       .cipher = "aes256-ctr",
       .mac = "hmac-sha2-512-etm@openssh.com",
       .rekey = Rekey::ours},
      {.name = "sshd-nistp256-umac",
       .peer = "sshd",
       .kex = "ecdh-sha2-nistp256",
       .host_key = "ecdsa-sha2-nistp256",
       .mac = "umac-128-etm@openssh.com",
       .compression = "zlib@openssh.com",
       .key_type = "ecdsa256"},
      {.name = "dropbear-group14-ctr",
       .peer = "dropbear",
       .kex = "diffie-hellman-group14-sha256",
       .host_key = "rsa-sha2-256",
       .mac = "hmac-sha1"},
      {.name = "asyncssh-curve448-cbc",
       .peer = "asyncssh",
       .kex = "curve448-sha512",
       .cipher = "aes256-cbc",
       .compression = "zlib",
       .password = true,
       .rekey = Rekey::ours},
      {.name = "paramiko-gex-3des",
       .peer = "paramiko",
       .kex = "diffie-hellman-group-exchange-sha256",
       .host_key = "ecdsa-sha2-nistp521",
       .cipher = "3des-cbc",
       .mac = "hmac-md5-96",
       .password = true},
      // Amiko is the server.
      {.name = "ssh-curve25519-gcm",
       .peer = "ssh",
       .server = true,
       .cipher = "aes128-gcm@openssh.com",
       .rekey = Rekey::ours},
      {.name = "ssh-sntrup761-chacha",
       .peer = "ssh",
       .server = true,
       .kex = "sntrup761x25519-sha512@openssh.com",
       .host_key = "ecdsa-sha2-nistp384",
       .cipher = chacha,
       .key_type = "ecdsa384"},
      {.name = "ssh10-mlkem768-ctr",
       .peer = "ssh10",
       .server = true,
       .kex = "mlkem768x25519-sha256",
       .host_key = "rsa-sha2-512",
       .cipher = "aes192-ctr",
       .compression = "zlib@openssh.com",
       .key_type = "rsa"},
      {.name = "ssh-group16-cbc",
       .peer = "ssh",
       .server = true,
       .kex = "diffie-hellman-group16-sha512",
       .cipher = "aes128-cbc",
       .mac = "hmac-sha2-256-etm@openssh.com",
       .rekey = Rekey::ours},
      {.name = "dbclient-nistp521-ctr",
       .peer = "dbclient",
       .server = true,
       .kex = "ecdh-sha2-nistp521",
       .cipher = "aes256-ctr",
       .password = true},
      {.name = "paramiko-client-group14",
       .peer = "paramiko-client",
       .server = true,
       .kex = "diffie-hellman-group14-sha256",
       .mac = "hmac-sha2-512",
       .password = true,
       .rekey = Rekey::theirs},
  };
}

}  // namespace

const std::vector<Session>& sessions() {
  static const std::vector<Session> all = make_sessions();
  return all;
}

void play(const Session& session, const Recording& facts, int socket) {
  session.server ? play_server(session, facts, socket) : play_client(session, facts, socket);
}

}  // namespace amiko::test
