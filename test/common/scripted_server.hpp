// amiko - an SSH server of the library's own parts that does what a test tells it
#pragma once

#include <amiko/connection/transport.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/wire/auth_messages.hpp>
#include <amiko/wire/connection_messages.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/scripted_end.hpp"

namespace amiko::test {

class ScriptedPeer;

/// One USERAUTH_REQUEST, taken apart.
struct AuthRequest {
  std::string user{}, service{}, method{};
  Bytes payload{};             ///< all of it
  std::string password{};      ///< "password"
  bool change = false;         ///< a change of password ...
  std::string new_password{};  ///< ... to this
  std::string submethods{};    ///< "keyboard-interactive"
  std::string algorithm{};     ///< "publickey"
  Bytes blob{};
  bool has_signature = false;
  bool verified = false;  ///< ... which is right
};

/// Answers a request, by ScriptedPeer::let_in(), refuse() or any messages.
using AuthScript = std::function<void(ScriptedPeer&, const AuthRequest&)>;

AuthScript accept_all();
AuthScript accept_password(std::string password);
/// Accepts the probe of a key, and a good signature by it.
AuthScript accept_key(PublicKey key);

/// What is done with a connection, in the server's thread.
using PeerScript = std::function<void(ScriptedPeer&)>;

struct ScriptedOptions : ScriptedAlgorithms {
  std::string version = "SSH-2.0-scripted_1.0";
  bool ext_info = true;
  AuthScript auth = accept_all();
  std::uint32_t window = 2 * 1024 * 1024;  ///< what the client may send at first on a channel
  std::uint32_t max_packet = 32 * 1024;    ///< and in one message
  std::uint64_t rekey_after = 0;           ///< so many packets, received or sent; 0: never by itself
  PeerScript script = {};                  ///< instead of connect() and serve()
};

/// A channel as serve() sees it.
struct ServedChannel {
  std::uint32_t id = 0;          ///< ours
  std::uint32_t client_id = 0;   ///< theirs
  std::uint64_t window = 0;      ///< what we may still send
  std::uint32_t max_packet = 0;  ///< in one message
  std::uint32_t granted = 0;     ///< what the client may still send
  std::string type{}, command{};
  Bytes open_body{};
  Bytes received{};  ///< by commands that keep it
  Bytes backlog{};   ///< to be sent when the window allows
  bool echo = false, keep = false, grant = true;
  bool eof_received = false, eof_sent = false, close_sent = false;
  std::optional<std::uint32_t> exit_at_eof{}, exit_when_sent{};
};

/// The server's end of one connection, for the thread that runs the script.
class ScriptedPeer : public ScriptedEnd {
 public:
  ScriptedPeer(support::UniqueFd socket, ScriptedOptions options);
  ~ScriptedPeer() override;

  // --- the whole, or its parts
  void connect();  ///< everything up to SUCCESS
  void accept_service();
  void authenticate();
  /// Answers until the client goes.  See `commands` and on().
  void serve();
  const std::string& client_version() const noexcept { return remote_version(); }

  // --- authentication
  void let_in();
  void refuse(std::vector<std::string> methods, bool partial = false);
  AuthRequest parse_request(ByteView payload);

  // --- serving
  using Handler = std::function<bool(ScriptedPeer&, ByteView payload)>;
  /// `handler` sees these messages before serve() does; true: nothing else is to be done.
  void on(wire::MessageNumber number, Handler handler) {
    handlers_[wire::to_byte(number)] = std::move(handler);
  }
  using Command = std::function<void(ScriptedPeer&, ServedChannel&)>;
  /// What exec does, by the command's first word.  There are: "cat" (echo, exit 0 at EOF), "exit N", "sink"
  /// (keeps what comes, exit 0 at EOF), "print TEXT", "hold" (nothing).  Others are refused.
  std::map<std::string, Command> commands{};
  bool accept_requests = true;
  std::map<std::uint32_t, ServedChannel>& channels() noexcept { return channels_; }
  /// The only channel.
  ServedChannel& channel();
  /// Sends as far as the window goes, the rest later.
  void write(ServedChannel& channel, ByteView data);
  void write_stderr(ServedChannel& channel, ByteView data);
  void exit(ServedChannel& channel, std::uint32_t code);  ///< exit-status, EOF, CLOSE
  void close(ServedChannel& channel);
  /// Confirms an OPEN.
  ServedChannel& confirm(const wire::ChannelOpen& open);

 private:
  friend class ScriptedServer;

  protocol::KexSettings kex_settings() const override;
  Bytes sign(const protocol::KexMachine::Sign& request) override;
  bool sends_ext_info() const override { return options_.ext_info; }
  bool wait_for_work();
  void run_tasks();
  void serve_one(ByteView payload);
  void serve_request(ByteView payload);
  void serve_data(ByteView payload);
  void flush(ServedChannel& channel);

  support::UniqueFd wake_;
  ScriptedOptions options_;
  std::map<std::uint8_t, Handler> handlers_;
  std::map<std::uint32_t, ServedChannel> channels_;
  std::uint32_t next_id_ = 100;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool over_ = false;
};

/// Runs a script for one client over a socketpair, in a thread of its own.  What the script throws, other
/// than PeerGone, fails the test: in finish(), or at the end.
class ScriptedServer {
 public:
  explicit ScriptedServer(ScriptedOptions options = {});
  /// Over another stream socket.
  ScriptedServer(support::UniqueFd socket, ScriptedOptions options);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  /// The client's end, for Transport(int): once.
  int take_client() { return client_.release(); }
  /// The host key of all scripted servers.
  static const PrivateKey& host_key();

  /// Runs `f` in the server's thread while it serve()s, and waits for it; what it throws is thrown here.
  void run(const std::function<void(ScriptedPeer&)>& f);
  /// Waits for the script's end and throws what it threw.
  void finish();
  /// The client's DISCONNECT; after finish().
  const std::optional<DisconnectDetail>& disconnect() const noexcept { return peer_.disconnect(); }
  /// Ends the connection now, without a word.
  void kill() { peer_.shut_down(); }

 private:
  void work();

  support::UniqueFd client_;
  ScriptedPeer peer_;
  std::exception_ptr error_;
  std::string end_;
  std::mutex finish_mutex_;
  std::thread thread_;
};

/// A scripted server and a client that is authenticated.
struct ScriptedSession {
  explicit ScriptedSession(ScriptedOptions options = {}, const TransportOptions& client_options = {});

  /// Opens a session channel and runs the command on it.
  Channel exec(std::string_view command);

  ScriptedServer server;
  Transport client;
};

/// Threads and descriptors of this process.
struct Census {
  std::size_t threads = 0, descriptors = 0;
  static Census take();
  /// No more of either than there were: what another test has left may go meanwhile.
  bool within(const Census& before) const noexcept {
    return threads <= before.threads && descriptors <= before.descriptors;
  }
  friend bool operator==(const Census&, const Census&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Census& c) {
    return out << c.threads << " threads, " << c.descriptors << " descriptors";
  }
};

}  // namespace amiko::test
