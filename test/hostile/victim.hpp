// amiko - a server under attack: what it was asked, how it ended, and nothing left behind
#pragma once

#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/calls.hpp"
#include "common/joined.hpp"
#include "common/scripted_client.hpp"
#include "hostile/ending.hpp"

namespace amiko::test {

/// Lets robey in by the password "foo", by the answer "42" or by user_key(), grants sessions and commands,
/// and counts all that it is asked.
class Watcher : public ServerHandler {
 public:
  static const PrivateKey& user_key() {
    static const PrivateKey key = PrivateKey::generate("ed25519");
    return key;
  }

  std::vector<std::string> get_allowed_auths(std::string_view) override { return methods; }
  Decision check_auth_none(std::string_view) override { return login(false); }
  Decision check_auth_password(std::string_view user, const Secret& password) override {
    return login(user == "robey" && password == Secret(std::string_view("foo")));
  }
  Decision change_password(std::string_view, const Secret&, const Secret&) override { return login(false); }
  KeyOffer check_key_offer(std::string_view, const PublicKey&) override {
    ++auth_calls;
    return KeyOffer::welcome;
  }
  Decision check_auth_publickey(std::string_view user, const PublicKey& key) override {
    ++proofs;
    return login(user == "robey" && key == user_key().public_key());
  }
  InteractiveStep check_auth_interactive(std::string_view, std::string_view) override {
    ++auth_calls;
    return InteractiveQuery{"", "", {{"Code? ", false}}};
  }
  InteractiveStep check_auth_interactive_response(std::string_view user, const Answers& answers) override {
    return login(user == "robey" && answers.at(0) == Secret(std::string_view("42")));
  }
  void auth_completed(const Identity& identity) override {
    ++logins;
    who = identity;
  }

  bool check_channel_open(std::string_view kind) override {
    ++session_calls;
    if (on_request) on_request("open");
    return kind == "session";
  }
  bool take_channel(Channel& channel) override {
    const std::lock_guard guard(mutex);
    channels.push_back(std::move(channel));
    return true;
  }
  bool check_pty_request(Channel&, const PtyRequest&) override { return asked("pty-req"); }
  bool check_env_request(Channel&, std::string_view name, std::string_view) override {
    return asked("env " + std::string(name));
  }
  bool check_shell_request(Channel&) override { return asked("shell"); }
  bool check_exec_request(Channel&, std::string_view command) override {
    exec = true;
    return asked("exec " + std::string(command));
  }
  bool check_subsystem_request(Channel&, std::string_view name) override {
    return asked("subsystem " + std::string(name));
  }
  bool check_window_change_request(Channel&, const WindowSize&) override { return asked("window-change"); }
  bool check_signal_request(Channel&, std::string_view) override { return asked("signal"); }
  bool check_break_request(Channel&, std::uint32_t) override { return asked("break"); }
  bool check_other_request(Channel&, std::string_view type, ByteView) override {
    asked(std::string(type));
    return false;
  }
  std::optional<Bytes> check_global_request(std::string_view type, ByteView) override {
    asked(std::string(type));
    return std::nullopt;
  }
  void connection_lost(const Failure& failure) override {
    ++losses;
    lost = failure.code;
  }

  /// What it was asked about sessions, once the connection has ended or the answer has come.
  std::vector<std::string> log() const {
    const std::lock_guard guard(mutex);
    return requests;
  }

  std::vector<std::string> methods{"password", "publickey", "keyboard-interactive"};
  std::atomic<int> auth_calls{0}, session_calls{0}, proofs{0}, logins{0}, losses{0};
  std::atomic<bool> exec{false};
  Identity who;
  error_code lost;
  std::list<Channel> channels;  // guarded by mutex, while the connection lives
  /// Called for each, in the handler thread; set before the connection starts.
  std::function<void(const std::string&)> on_request;
  mutable std::mutex mutex;

 private:
  Decision login(bool right) {
    ++auth_calls;
    return right ? Decision::accept : Decision::reject;
  }
  bool asked(const std::string& what) {
    ++session_calls;
    {
      const std::lock_guard guard(mutex);
      requests.push_back(what);
    }
    if (on_request) on_request(what);
    return true;
  }

  std::vector<std::string> requests;
};

/// Server options without the waiting that real guessers deserve.
inline TransportOptions victim_options(ServerSettings settings = {}) {
  settings.failure_delay = milliseconds(1);
  TransportOptions options;
  options.server = std::move(settings);
  return options;
}

/// A server that runs, and a client of the test's own at its other end.
struct Victim {
  explicit Victim(Watcher& watcher, const TransportOptions& options = victim_options(),
                  ScriptedClientOptions client_options = {})
      : Victim(watcher, stream_pair(), options, std::move(client_options)) {}

  /// Why the server ended the connection, which it must do by itself.  Clear when it does not.
  error_code ending() {
    client.drain();
    return end_code();
  }
  /// The same when the client has gone.
  error_code end_code() {
    if (!eventually([this] { return server.get_exception().has_value(); }, limit)) return {};
    const Failure failure = *server.get_exception();
    BOOST_TEST_MESSAGE(failure.message());
    return failure.code;
  }

  Transport server;
  ScriptedClient client;

 private:
  Victim(Watcher& watcher, std::array<int, 2> fds, const TransportOptions& options,
         ScriptedClientOptions client_options)
      : server(fds[0], options), client(support::UniqueFd(fds[1]), std::move(client_options)) {
    server.add_server_key(joined_host_key());
    server.start_server(watcher, Event());
  }
};

/// How a server ends that a client does this to.
inline error_code victim_ending(const std::function<void(ScriptedClient&)>& deed,
                                const TransportOptions& options = victim_options(),
                                ScriptedClientOptions client_options = {}) {
  Watcher watcher;
  Victim victim(watcher, options, std::move(client_options));
  try {
    deed(victim.client);
  } catch (const PeerGone&) {  // it may have ended while we were still talking
  }
  const error_code code = victim.ending();
  BOOST_TEST(!watcher.exec);
  if (watcher.logins == 0) BOOST_TEST(watcher.session_calls == 0);
  return code;
}

}  // namespace amiko::test
