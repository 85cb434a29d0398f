// amiko - identification strings that ask for indulgence
#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

// Those that other implementations have rules for.
constexpr const char* banners[] = {"SSH-2.0-OpenSSH_3.4",
                                   "SSH-2.0-OpenSSH_6.6.1p1 Debian-5",
                                   "SSH-2.0-OpenSSH_2.9p1",
                                   "SSH-2.0-dropbear_0.46",
                                   "SSH-2.0-PuTTY_Release_0.52",
                                   "SSH-2.0-Cisco-1.25",
                                   "SSH-2.0-2.0.13 SSH Secure Shell",
                                   "SSH-2.0-WinSCP_release_4.0",
                                   "SSH-2.0-paramiko_1.0",
                                   "SSH-2.0-Sun_SSH_1.0",
                                   "SSH-2.0-mod_sftp",
                                   "SSH-2.0-x"};

/// All that is agreed on, in one line.
std::string agreed(const Transport& transport) {
  const NegotiatedAlgorithms n = transport.negotiated();
  return n.kex + " " + n.host_key + " " + n.cipher_out + " " + n.cipher_in + " " + n.mac_out + " " +
         n.mac_in + " " + n.compression_out + " " + n.compression_in;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(banners_of_peers)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-90"))
BOOST_AUTO_TEST_CASE(none_changes_what_is_agreed_on) {
  const NothingLeft check;
  const std::string usual = agreed(ScriptedSession().client);
  for (const char* banner : banners) {
    ScriptedOptions options;
    options.version = banner;
    ScriptedSession session(std::move(options));
    BOOST_TEST(agreed(session.client) == usual, banner);

    Watcher watcher;
    ScriptedClientOptions client;
    client.version = banner;
    Victim victim(watcher, victim_options(), client);
    victim.client.log_in();
    BOOST_TEST(victim.client.alive());
    BOOST_TEST(victim.client.machine().strict(), banner);
    BOOST_TEST(agreed(victim.server) == usual, banner);
  }
}

// Nor is anything forgiven.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-90"))
BOOST_AUTO_TEST_CASE(none_makes_a_server_lenient) {
  const NothingLeft check;
  for (const char* banner : banners) {
    ScriptedClientOptions client;
    client.version = banner;
    BOOST_TEST((victim_ending(
                    [](ScriptedClient& c) {
                      c.connect();
                      c.request_service();
                      c.send(wire::ChannelOpen{.type = "session", .window = 1, .max_packet = 1});
                    },
                    victim_options(), client) == errc::protocol_error),
               banner);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
