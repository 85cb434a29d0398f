// amiko - how connections to hostile servers end: one typed error, in time, and nothing left behind
#pragma once

#include <amiko/connection/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "common/calls.hpp"
#include "common/deadline.hpp"
#include "common/resident.hpp"
#include "common/scripted_server.hpp"

namespace amiko::test {

inline constexpr milliseconds limit(20'000);

/// A server that does only this, then waits for the client to go.
inline ScriptedOptions only(std::function<void(ScriptedPeer&)> script, ScriptedOptions options = {}) {
  options.script = [script = std::move(script)](ScriptedPeer& peer) {
    script(peer);
    peer.read_to_end();
  };
  return options;
}

/// The error that ended the connection, which every call then throws; clear when it still lives at the limit.
inline error_code ending(Transport& client) {
  if (!eventually([&] { return client.get_exception().has_value(); }, limit)) return {};
  const error_code first = client.get_exception()->code;
  BOOST_TEST_MESSAGE(client.get_exception()->message());
  BOOST_CHECK_EXCEPTION(client.open_session(), Error, has_code(static_cast<errc>(first.value())));
  BOOST_CHECK_EXCEPTION(client.auth_none("user"), Error, has_code(static_cast<errc>(first.value())));
  BOOST_TEST(!client.is_active());
  return first;
}

/// What becomes of a client that connects and logs in.
inline error_code ending_of(ScriptedOptions options, const TransportOptions& client_options = {}) {
  ScriptedServer server(std::move(options));
  Transport client(server.take_client(), client_options);
  try {
    client.start_client(scaled(limit));
    client.set_auth_timeout(scaled(limit));
    client.auth_none("user");
  } catch (const Error& e) {
    BOOST_TEST((client.get_exception() && client.get_exception()->code == e.code()),
               "another error: " << e.what());
  }
  return ending(client);
}

/// What becomes of a connection with an open channel when the server does this.
inline error_code ending_after(const std::function<void(ScriptedPeer&, ServedChannel&)>& deed,
                               const TransportOptions& client_options = {}) {
  ScriptedSession session({}, client_options);
  Channel channel = session.exec("hold");
  session.server.run([&](ScriptedPeer& peer) { deed(peer, peer.channel()); });
  return ending(session.client);
}

/// Whether a connection lives on after that.
inline bool lives_after(const std::function<void(ScriptedPeer&, ServedChannel&)>& deed) {
  ScriptedSession session;
  Channel channel = session.exec("hold");
  session.server.run([&](ScriptedPeer& peer) { deed(peer, peer.channel()); });
  Channel other = session.exec("print alive");
  return other.recv(100) == "alive" && session.client.is_active();
}

/// Threads and descriptors are as many at the end of a test as at its beginning.
class NothingLeft {
 public:
  NothingLeft() : before_(warmed_up()) {}
  ~NothingLeft() {
    BOOST_TEST(eventually([this] { return Census::take().within(before_); }));
    BOOST_TEST(Census::take().within(before_));
  }

 private:
  // Whatever is made once in a process.
  static Census warmed_up() {
    { const ScriptedSession session; }
    return Census::take();
  }
  Census before_;
};

}  // namespace amiko::test
