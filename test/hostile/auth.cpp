// amiko - servers that let in those who have not asked
#include <amiko/keys/private_key.hpp>

#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_auth)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-01"))
BOOST_AUTO_TEST_CASE(success_before_anything_was_asked) {
  const NothingLeft check;
  ScriptedServer server(only([](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    peer.send(wire::UserauthSuccess{});
  }));
  Transport client(server.take_client());
  try {
    client.start_client(scaled(limit));
  } catch (const ProtocolError&) {
    // SUCCESS was here before start_client() had returned
  }
  BOOST_TEST((ending(client) == errc::protocol_error));
  BOOST_TEST(!client.is_authenticated());
}

BOOST_AUTO_TEST_CASE(success_in_answer_to_the_service_request) {
  const NothingLeft check;
  BOOST_TEST((ending_of(only([](ScriptedPeer& peer) {
                peer.exchange_versions();
                peer.first_kex();
                peer.expect<wire::ServiceRequest>();
                peer.send(wire::UserauthSuccess{});
              })) == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(success_in_answer_to_a_probe) {
  const NothingLeft check;
  const PrivateKey key = PrivateKey::generate("ed25519");
  for (const bool whole : {true, false}) {
    ScriptedOptions options;
    options.auth = [](ScriptedPeer& peer, const AuthRequest&) { peer.let_in(); };
    ScriptedServer server(std::move(options));
    Transport client(server.take_client());
    client.start_client(scaled(limit));
    if (whole)
      BOOST_CHECK_EXCEPTION(client.auth_publickey("user", key), Error, has_code(errc::protocol_error));
    else
      BOOST_CHECK_EXCEPTION(client.probe_publickey("user", key.public_key()), Error,
                            has_code(errc::protocol_error));
    BOOST_TEST(!client.is_authenticated());
    BOOST_TEST((ending(client) == errc::protocol_error));
  }
}

BOOST_AUTO_TEST_CASE(success_after_failure) {
  const NothingLeft check;
  ScriptedServer server(only([](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    peer.accept_service();
    peer.next();
    peer.refuse({"password"});
    peer.send(wire::UserauthSuccess{});
  }));
  Transport client(server.take_client());
  client.start_client(scaled(limit));
  try {
    BOOST_TEST(!client.auth_none("user").authenticated);
  } catch (const Error& e) {
    BOOST_TEST((e.code() == errc::protocol_error));
  }
  BOOST_TEST((ending(client) == errc::protocol_error));
  BOOST_TEST(!client.is_authenticated());
}

BOOST_AUTO_TEST_CASE(another_service_is_accepted) {
  const NothingLeft check;
  BOOST_TEST((ending_of(only([](ScriptedPeer& peer) {
                peer.exchange_versions();
                peer.first_kex();
                peer.next();
                peer.send(wire::ServiceAccept{.service = "ssh-connection"});
              })) == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(answers_that_nobody_waits_for_pile_up_nowhere) {
  const NothingLeft check;
  ScriptedServer server(only([](ScriptedPeer& peer) {
    peer.exchange_versions();
    peer.first_kex();
    peer.accept_service();
    peer.next();
    peer.refuse({"password"});
    for (int i = 0; i < 1000; ++i)
      peer.refuse({"password"});
  }));
  Transport client(server.take_client());
  client.start_client(scaled(limit));
  try {
    client.auth_none("user");
  } catch (const Error& e) {
    BOOST_TEST((e.code() == errc::protocol_error));
  }
  BOOST_TEST((ending(client) == errc::protocol_error));
}

BOOST_AUTO_TEST_CASE(a_question_in_answer_to_none) {
  const NothingLeft check;
  for (int n = 60; n < 80; ++n) {
    ScriptedOptions options;
    options.auth = [n](ScriptedPeer& peer, const AuthRequest&) {
      peer.send_number(static_cast<std::uint8_t>(n));
    };
    BOOST_TEST((ending_of(std::move(options)) == errc::protocol_error), "message " << n);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
